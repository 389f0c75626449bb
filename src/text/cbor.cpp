#include "text/cbor.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/bytes.hpp"

namespace carillon {

namespace {

// The major types of RFC 8949 section 3.1.
enum Major : unsigned { natural, negative, bytes, text, list, map, tagged, other };

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
constexpr int deepest = 4;  // CTAP 2.1 section 8

void put_head(std::string& out, unsigned major, std::uint64_t number) {
  unsigned size = 0;
  while (size < 4 && number >= (size == 0 ? 24U : std::uint64_t{1} << (4U << size))) ++size;
  const unsigned low = size == 0 ? unsigned(number) : 23 + size;
  out += static_cast<char>(major << 5U | low);
  for (unsigned left = size == 0 ? 0 : 1U << (size - 1); left > 0; --left)
    out += static_cast<char>(number >> ((left - 1) * 8) & 0xFFU);
}

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}

  Result<Cbor> value() {
    TRY(const Head head, next());
    switch (head.major) {
      case natural:
      case negative:
        if (head.number > most) return wrong("a number beyond 63 bits");
        return Cbor{.kind = Cbor::Kind::number,
                    .number = head.major == natural ? std::int64_t(head.number)
                                                    : -1 - std::int64_t(head.number)};
      case bytes:
      case text: {
        TRY(const std::string_view taken, take(head.number));
        if (head.major == text && first_bad_utf8(taken)) return wrong("text that is not UTF-8");
        return Cbor{.kind = head.major == text ? Cbor::Kind::text : Cbor::Kind::bytes,
                    .bytes = std::string(taken)};
      }
      case list:
      case map:
        return many(head);
      case tagged:
        return wrong("a tag");
      default:
        break;
    }
    if (head.number == 20 || head.number == 21)
      return Cbor{.kind = Cbor::Kind::boolean, .number = std::int64_t(head.number) - 20};
    if (head.number == 22) return Cbor{};
    return wrong("a value that authenticators do not write");
  }

  [[nodiscard]] std::size_t read() const { return at_; }

 private:
  struct Head {
    unsigned major = 0;
    std::uint64_t number = 0;
  };

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(Fault::corrupt, fmt::format("byte {}: {}", at_, what));
  }

  Result<std::string_view> take(std::uint64_t count) {
    if (count > in_.size() - at_) return wrong("it ends too early");
    const std::string_view out = in_.substr(at_, count);
    at_ += count;
    return out;
  }

  Result<Head> next() {
    TRY(const std::string_view first, take(1));
    const unsigned byte = static_cast<unsigned char>(first.front());
    Head out{byte >> 5U, byte & 31U};
    if (out.number < 24) return out;
    if (out.number > 27 || out.major == other) return wrong("a value that is not canonical");
    const unsigned size = 1U << (out.number - 24);
    TRY(const std::string_view more, take(size));
    std::uint64_t number = 0;
    for (const char c : more) number = number << 8U | static_cast<unsigned char>(c);
    const std::uint64_t least = size == 1 ? 24 : std::uint64_t{1} << (size * 4);
    if (number < least) return wrong("a number that is not in its shortest form");
    out.number = number;
    return out;
  }

  // Nothing is reserved by a number that the bytes only claim.
  Result<Cbor> many(const Head& head) {
    if (++depth_ > deepest) return wrong(fmt::format("more than {} levels", deepest));
    Cbor out{.kind = head.major == list ? Cbor::Kind::list : Cbor::Kind::map};
    std::string_view before;
    for (std::uint64_t i = 0; i < head.number; ++i) {
      if (head.major == map) CHECK_OK(key(out, before));
      TRY(out.items.emplace_back(), value());
    }
    --depth_;
    return out;
  }

  // Keys stand by their major type, then by length, then by their bytes; as they are written, that
  // is by length within a type.
  Result<void> key(Cbor& into, std::string_view& before) {
    const std::size_t from = at_;
    TRY(const Cbor key, value());
    if (key.kind != Cbor::Kind::number && key.kind != Cbor::Kind::text)
      return wrong("a key that is neither a number nor text");
    const std::string_view written = in_.substr(from, at_ - from);
    if (!before.empty() && !in_order(before, written)) return wrong("a key out of order, or twice");
    before = written;
    into.items.push_back(key);
    return {};
  }

  static bool in_order(std::string_view a, std::string_view b) {
    const auto major = [](std::string_view key) {
      return static_cast<unsigned char>(key[0]) >> 5U;
    };
    if (major(a) != major(b)) return major(a) < major(b);
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

void put(std::string& out, const Cbor& value) {
  switch (value.kind) {
    case Cbor::Kind::number:
      return value.number < 0 ? put_head(out, negative, std::uint64_t(-1 - value.number))
                              : put_head(out, natural, std::uint64_t(value.number));
    case Cbor::Kind::bytes:
    case Cbor::Kind::text:
      put_head(out, value.kind == Cbor::Kind::text ? text : bytes, value.bytes.size());
      out += value.bytes;
      return;
    case Cbor::Kind::list:
      put_head(out, list, value.items.size());
      break;
    case Cbor::Kind::map:
      put_head(out, map, value.items.size() / 2);
      break;
    case Cbor::Kind::boolean:
      return put_head(out, other, value.number == 0 ? 20 : 21);
    case Cbor::Kind::null:
      return put_head(out, other, 22);
  }
  for (const Cbor& item : value.items) put(out, item);
}

const Cbor* find(const Cbor& in, const Cbor& key) {
  if (in.kind != Cbor::Kind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < in.items.size(); i += 2) {
    if (in.items[i] == key) return &in.items[i + 1];
  }
  return nullptr;
}

}  // namespace

const Cbor* Cbor::at(std::int64_t key) const {
  return find(*this, {.kind = Kind::number, .number = key});
}

const Cbor* Cbor::at(std::string_view key) const {
  return find(*this, {.kind = Kind::text, .bytes = std::string(key)});
}

Result<CborRead> read_cbor(std::string_view bytes) {
  Reader reader(bytes);
  TRY(Cbor value, reader.value());
  return CborRead{std::move(value), reader.read()};
}

std::string cbor_of(const Cbor& value) {
  std::string out;
  put(out, value);
  return out;
}

}  // namespace carillon
