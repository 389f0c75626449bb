#include "text/dag_cbor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

// The major types of RFC 8949 section 3.1, in the three high bits.
enum class MajorType : unsigned {
  natural = 0,
  negative = 1,
  bytes = 2,
  text = 3,
  list = 4,
  map = 5,
  tag = 6,
  other = 7
};
constexpr char cbor_false = '\xf4';
constexpr char cbor_true = '\xf5';
constexpr char cbor_null = '\xf6';
constexpr std::uint64_t link_tag = 42;
constexpr std::int64_t whole_max = 9'007'199'254'740'991;  // 2^53 - 1: what JSON carries unharmed

// Version 1, a codec, SHA-256 of 32 bytes: the only identifiers that the data model blesses.
constexpr std::string_view record_prefix{"\x01\x71\x12\x20", 4};
constexpr std::string_view raw_prefix{"\x01\x55\x12\x20", 4};
constexpr std::size_t digest_bytes = 32;

class Encoder {
 public:
  Result<void> value(const json::value& in) {
    switch (in.kind()) {
      case json::kind::null:
        out_ += cbor_null;
        return {};
      case json::kind::bool_:
        out_ += in.get_bool() ? cbor_true : cbor_false;
        return {};
      case json::kind::int64:
      case json::kind::uint64:
      case json::kind::double_:
        return number(in);
      case json::kind::string:
        return text(in.get_string());
      case json::kind::array:
      case json::kind::object:
        break;
    }
    if (++depth_ > limits::data_depth)
      return wrong(fmt::format("more than {} levels", limits::data_depth));
    CHECK_OK(in.is_array() ? list(in.get_array()) : object(in.get_object()));
    --depth_;
    return {};
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(Fault::invalid, (path_.empty() ? "/" : path_) + ": " + what);
  }

  // The shortest form of a major type with its number (section 4.2.1).
  void head(MajorType major, std::uint64_t number) {
    int bytes = 8;
    unsigned size = 27;
    if (number < 24) {
      bytes = 0;
      size = unsigned(number);
    } else if (number <= 0xFFU) {
      bytes = 1;
      size = 24;
    } else if (number <= 0xFFFFU) {
      bytes = 2;
      size = 25;
    } else if (number <= 0xFFFF'FFFFU) {
      bytes = 4;
      size = 26;
    }
    out_ += static_cast<char>(unsigned(major) << 5U | size);
    while (bytes-- > 0) out_ += static_cast<char>(number >> unsigned(bytes * 8) & 0xFFU);
  }

  Result<void> number(const json::value& in) {
    std::int64_t whole = 0;
    if (in.is_double()) {
      const double given = in.get_double();
      if (std::trunc(given) != given) return wrong("a number that is not whole");
      if (std::abs(given) > double(whole_max)) return wrong("a number beyond 53 bits");
      whole = std::int64_t(given);
    } else if (in.is_int64()) {
      whole = in.get_int64();
    } else {
      whole =
          in.get_uint64() > std::uint64_t(whole_max) ? INT64_MAX : std::int64_t(in.get_uint64());
    }
    if (whole > whole_max || whole < -whole_max) return wrong("a number beyond 53 bits");
    if (whole < 0) {
      head(MajorType::negative, std::uint64_t(-1 - whole));
    } else {
      head(MajorType::natural, std::uint64_t(whole));
    }
    return {};
  }

  Result<void> text(std::string_view in) {
    if (first_bad_utf8(in)) return wrong("text that is not UTF-8");
    head(MajorType::text, in.size());
    out_ += in;
    return {};
  }

  void bytes(std::string_view in) {
    head(MajorType::bytes, in.size());
    out_ += in;
  }

  Result<void> list(const json::array& in) {
    head(MajorType::list, in.size());
    const std::string here = path_;
    for (std::size_t i = 0; i < in.size(); ++i) {
      path_ = fmt::format("{}/{}", here, i);
      CHECK_OK(value(in[i]));
    }
    path_ = here;
    return {};
  }

  Result<void> object(const json::object& in) {
    if (in.contains("$link")) return link(in);
    if (in.contains("$bytes")) return base64(in);
    CHECK_OK(check_type(in));
    std::vector<const json::key_value_pair*> pairs;
    for (const auto& pair : in) pairs.push_back(&pair);
    std::sort(pairs.begin(), pairs.end(), [](const auto* a, const auto* b) {
      const std::string_view left = a->key();
      const std::string_view right = b->key();
      return left.size() != right.size() ? left.size() < right.size() : left < right;
    });
    head(MajorType::map, in.size());
    const std::string here = path_;
    for (const auto* pair : pairs) {
      CHECK_OK(text(pair->key()));
      path_ = fmt::format("{}/{}", here, std::string_view(pair->key()));
      CHECK_OK(value(pair->value()));
    }
    path_ = here;
    return {};
  }

  Result<void> link(const json::object& in) {
    const json::value& cid = in.at("$link");
    if (in.size() != 1 || !cid.is_string()) return wrong("\"$link\" is not alone, or no text");
    const std::string_view text = cid.get_string();
    const auto binary = cid_bytes(text);
    if (!binary) return wrong("\"$link\" is not a CID of version 1 by SHA-256 in base32");
    head(MajorType::tag, link_tag);
    bytes('\0' + *binary);
    return {};
  }

  Result<void> base64(const json::object& in) {
    const json::value& given = in.at("$bytes");
    if (in.size() != 1 || !given.is_string()) return wrong("\"$bytes\" is not alone, or no text");
    const std::string_view text = given.get_string();
    const auto binary = from_base64(text);
    if (!binary || text.find_first_of("-_") != std::string_view::npos)
      return wrong("\"$bytes\" is not base64");
    bytes(*binary);
    return {};
  }

  [[nodiscard]] Result<void> check_type(const json::object& in) const {
    const json::value* type = in.if_contains("$type");
    if (type == nullptr) return {};
    if (!type->is_string() || type->get_string().empty()) return wrong("\"$type\" is not text");
    if (type->get_string() != "blob") return {};
    const json::value* ref = in.if_contains("ref");
    const json::value* mime = in.if_contains("mimeType");
    const json::value* size = in.if_contains("size");
    const bool whole = ref != nullptr && ref->is_object() && ref->get_object().contains("$link") &&
                       mime != nullptr && mime->is_string() && size != nullptr && size->is_number();
    if (!whole) return wrong("a blob needs \"ref\", \"mimeType\" and \"size\"");
    return {};
  }

  std::string out_;
  std::string path_;
  int depth_ = 0;
};

// Reads what servers have let in, also where the map keys are in no order.
class Decoder {
 public:
  Decoder(std::string_view in, json::storage_ptr memory) : in_(in), memory_(std::move(memory)) {}

  Result<json::value> value() {
    TRY(const Head head, next());
    switch (head.major) {
      case MajorType::natural:
        if (head.number > std::uint64_t(INT64_MAX)) return wrong("a number beyond 63 bits");
        return json::value(std::int64_t(head.number), memory_);
      case MajorType::negative:
        if (head.number > std::uint64_t(INT64_MAX)) return wrong("a number beyond 63 bits");
        return json::value(-1 - std::int64_t(head.number), memory_);
      case MajorType::bytes: {
        TRY(const std::string_view bytes, take(head.number));
        return only("$bytes", to_base64(bytes));
      }
      case MajorType::text: {
        TRY(const std::string_view said, text(head.number));
        return json::value(json::string(said, memory_));
      }
      case MajorType::tag:
        return link(head.number);
      case MajorType::other:
        return other(head.number);
      case MajorType::list:
      case MajorType::map:
        break;
    }
    if (++depth_ > limits::data_depth)
      return wrong(fmt::format("more than {} levels", limits::data_depth));
    auto out = head.major == MajorType::list ? list(head.number) : map(head.number);
    --depth_;
    return out;
  }

  [[nodiscard]] std::size_t read() const { return at_; }

 private:
  struct Head {
    MajorType major = MajorType::natural;
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

  // Section 3: only definite lengths.
  Result<Head> next() {
    TRY(const std::string_view first, take(1));
    const unsigned byte = static_cast<unsigned char>(first.front());
    Head out{static_cast<MajorType>(byte >> 5U), byte & 31U};
    if (out.number < 24) return out;
    if (out.number > 27) return wrong("a length that is not told");
    if (out.major == MajorType::other && out.number != 27) return wrong("a value of another model");
    TRY(const std::string_view more, take(std::size_t{1} << (out.number - 24)));
    std::uint64_t number = 0;
    for (const char c : more) number = number << 8U | static_cast<unsigned char>(c);
    if (out.major == MajorType::other) return wrong("a fraction");
    out.number = number;
    return out;
  }

  Result<std::string_view> text(std::uint64_t bytes) {
    TRY(const std::string_view out, take(bytes));
    if (first_bad_utf8(out)) return wrong("text that is not UTF-8");
    return out;
  }

  json::value only(std::string_view key, std::string_view value) {
    json::object out(memory_);
    out.emplace(key, json::string(value, memory_));
    return out;
  }

  Result<json::value> link(std::uint64_t tag) {
    if (tag != link_tag) return wrong("a tag that the data model has not");
    TRY(const Head head, next());
    if (head.major != MajorType::bytes) return wrong("a link that is not bytes");
    TRY(const std::string_view bytes, take(head.number));
    if (!bytes.starts_with('\0') || !is_cid_bytes(bytes.substr(1)))
      return wrong("a link that is no CID of version 1 by SHA-256");
    return only("$link", cid_text(bytes.substr(1)));
  }

  Result<json::value> other(std::uint64_t number) {
    if (number == 20 || number == 21) return json::value(number == 21, memory_);
    if (number == 22) return json::value(nullptr, memory_);
    return wrong("a value that the data model has not");
  }

  // Nothing is reserved by a number that the bytes only claim.
  Result<json::value> list(std::uint64_t count) {
    json::array out(memory_);
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY(json::value item, value());
      out.push_back(std::move(item));
    }
    return out;
  }

  Result<json::value> map(std::uint64_t count) {
    json::object out(memory_);
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY(const Head head, next());
      if (head.major != MajorType::text) return wrong("a key that is no text");
      TRY(const std::string_view key, text(head.number));
      TRY(json::value item, value());
      if (!out.emplace(key, std::move(item)).second) return wrong("a key that stands twice");
    }
    return out;
  }

  std::string_view in_;
  json::storage_ptr memory_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool is_cid_bytes(std::string_view bytes) {
  return bytes.size() == record_prefix.size() + digest_bytes &&
         (bytes.starts_with(record_prefix) || bytes.starts_with(raw_prefix));
}

std::string cid_text(std::string_view bytes) {
  return "b" + to_base32(bytes);
}

std::optional<std::string> cid_bytes(std::string_view text) {
  auto out = text.starts_with('b') ? from_base32(text.substr(1)) : std::nullopt;
  return out && is_cid_bytes(*out) ? out : std::nullopt;
}

Result<json::value> from_dag_cbor(std::string_view bytes, json::storage_ptr memory) {
  Decoder decoder(bytes, std::move(memory));
  TRY(json::value out, decoder.value());
  if (decoder.read() != bytes.size())
    return fail(Fault::corrupt, fmt::format("byte {}: more bytes than a value", decoder.read()));
  return out;
}

Result<std::string> dag_cbor(const json::value& value) {
  Encoder encoder;
  CHECK_OK(encoder.value(value));
  return encoder.take();
}

Result<std::string> record_cid(const json::value& record) {
  if (!record.is_object()) return fail(Fault::invalid, "/: a record is keys and values");
  TRY(const std::string bytes, dag_cbor(record));
  return cid_text(std::string(record_prefix) + sha256(bytes));
}

}  // namespace carillon
