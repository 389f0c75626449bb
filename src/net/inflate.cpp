#include "net/inflate.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace carillon {

namespace {

constexpr std::size_t piece_bytes = std::size_t{64} * 1024;

}  // namespace

struct Inflate::State {
  z_stream stream{};
  Form form = Form::bare;
  bool ended = false;
  std::array<char, piece_bytes> piece{};
};

Inflate::Inflate(Form form) : state_(std::make_unique<State>()) {
  constexpr int gzip_window = 15 + 16;
  state_->form = form;
  if (inflateInit2(&state_->stream, form == Form::bare ? -15 : gzip_window) != Z_OK)
    throw std::bad_alloc();
}

Inflate::~Inflate() {
  inflateEnd(&state_->stream);
}

bool Inflate::ended() const {
  return state_->ended;
}

Result<void> Inflate::feed(std::string_view in, const ByteSink& out) {
  State& s = *state_;
  // zlib only reads there.
  s.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  s.stream.avail_in = static_cast<uInt>(in.size());
  while (s.stream.avail_in > 0 || s.stream.avail_out == 0) {
    if (s.ended && (s.form == Form::bare || s.stream.avail_in == 0)) return {};
    if (s.ended && inflateReset(&s.stream) != Z_OK) throw std::bad_alloc();
    s.ended = false;
    s.stream.next_out = reinterpret_cast<Bytef*>(s.piece.data());
    s.stream.avail_out = static_cast<uInt>(s.piece.size());
    const int code = inflate(&s.stream, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      return fail(Fault::corrupt, "compressed bytes are damaged");
    const std::size_t count = s.piece.size() - s.stream.avail_out;
    if (count > 0) CHECK_OK(out({s.piece.data(), count}));
    s.ended = code == Z_STREAM_END;
    if (code == Z_BUF_ERROR && count == 0) return {};
  }
  return {};
}

std::uint32_t crc32_of(std::uint32_t before, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace carillon
