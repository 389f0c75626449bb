// Writes zips as platforms do, and as an attacker would.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "net/compress.hpp"
#include "net/inflate.hpp"

namespace carillon::rig {

class ZipWriter {
 public:
  enum class Pack { stored, deflated };
  struct Odd {
    std::uint32_t attributes = 0;  // of the file system, such as a link's
    std::string inner_name = {};   // another name in the local header
    std::int64_t says_bytes = -1;  // another size than it has
    std::uint32_t crc_off = 0;     // added to the right one
    std::int64_t header_at = -1;   // another place of its bytes
  };

  explicit ZipWriter(bool large = false) : large_(large) {}

  ZipWriter& add(const std::string& name, std::string_view bytes, Pack pack = Pack::stored) {
    return add(name, bytes, pack, Odd{});
  }

  ZipWriter& add(const std::string& name, std::string_view bytes, Pack pack, const Odd& odd) {
    Member member{name, odd, out_.size(), 0, bytes.size(), crc32_of(0, bytes) + odd.crc_off, pack};
    if (odd.says_bytes >= 0) member.bytes = static_cast<std::uint64_t>(odd.says_bytes);
    // gzip is deflate with ten bytes before and eight behind.
    const std::string packed = gzip(bytes);
    const std::string_view body =
        pack == Pack::deflated ? std::string_view(packed).substr(10, packed.size() - 18) : bytes;
    member.packed = body.size();
    if (odd.header_at >= 0) member.at = static_cast<std::uint64_t>(odd.header_at);
    const std::string inner = odd.inner_name.empty() ? name : odd.inner_name;
    out_ += "PK\x03\x04";
    put(20, 2), put(0, 2), put(pack == Pack::deflated ? 8 : 0, 2), put(0, 4);
    put(member.crc, 4), put(member.packed, 4), put(member.bytes, 4), put(inner.size(), 2);
    put(0, 2);
    out_ += inner;
    out_ += body;
    members_.push_back(member);
    return *this;
  }

  [[nodiscard]] std::string bytes() {
    const std::uint64_t start = out_.size();
    for (const Member& member : members_) put_entry(member);
    const std::uint64_t size = out_.size() - start;
    if (large_) {
      const std::uint64_t at = out_.size();
      out_ += "PK\x06\x06";
      put(44, 8), put(45, 2), put(45, 2), put(0, 4), put(0, 4);
      put(members_.size(), 8), put(members_.size(), 8), put(size, 8), put(start, 8);
      out_ += "PK\x06\x07";
      put(0, 4), put(at, 8), put(1, 4);
    }
    out_ += "PK\x05\x06";
    put(0, 4), put(large_ ? 0xFFFF : members_.size(), 2), put(large_ ? 0xFFFF : members_.size(), 2);
    put(large_ ? 0xFFFFFFFF : size, 4), put(large_ ? 0xFFFFFFFF : start, 4), put(0, 2);
    return out_;
  }

  void write(const std::filesystem::path& path) {
    const std::string all = bytes();
    std::ofstream(path, std::ios::binary)
        .write(all.data(), static_cast<std::streamsize>(all.size()));
  }

 private:
  struct Member {
    std::string name;
    Odd odd;
    std::uint64_t at;
    std::uint64_t packed;
    std::uint64_t bytes;
    std::uint32_t crc;
    Pack pack;
  };

  void put(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xFFU);
  }

  void put_entry(const Member& member) {
    out_ += "PK\x01\x02";
    put(45, 2), put(45, 2), put(0, 2), put(member.pack == Pack::deflated ? 8 : 0, 2), put(0, 4);
    put(member.crc, 4), put(large_ ? 0xFFFFFFFF : member.packed, 4);
    put(large_ ? 0xFFFFFFFF : member.bytes, 4), put(member.name.size(), 2);
    put(large_ ? 28 : 0, 2), put(0, 2), put(0, 4);
    put(member.odd.attributes, 4), put(large_ ? 0xFFFFFFFF : member.at, 4);
    out_ += member.name;
    if (large_)
      put(1, 2), put(24, 2), put(member.bytes, 8), put(member.packed, 8), put(member.at, 8);
  }

  bool large_;
  std::string out_;
  std::vector<Member> members_;
};

}  // namespace carillon::rig
