// Writes repositories of the AT Protocol as a server exports them, and as an attacker would.
// https://atproto.com/specs/repository
#pragma once

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "text/dag_cbor.hpp"

namespace carillon::rig {

class CarWriter {
 public:
  explicit CarWriter(std::string did, Micros at = 1'700'000'000'000'000)
      : did_(std::move(did)), at_(at) {}

  // A record in the tree.
  CarWriter& record(const std::string& path, const json::value& value) {
    records_[path] = block(value);
    return *this;
  }
  // A block that hangs nowhere, as a deleted record leaves one.
  CarWriter& loose(const json::value& value) {
    block(value);
    return *this;
  }

  [[nodiscard]] static json::value blob(std::string_view bytes, std::string_view mime) {
    return {{"$type", "blob"},
            {"ref", {{"$link", blob_cid(bytes)}}},
            {"mimeType", json::string(mime)},
            {"size", bytes.size()}};
  }
  [[nodiscard]] static std::string blob_cid(std::string_view bytes) {
    return cid_text(std::string("\x01\x55\x12\x20", 4) + sha256(bytes));
  }

  // `signature`: of the unsigned commit's bytes. `data`: another tree than that of the records.
  [[nodiscard]] std::string bytes(const std::string& signature = std::string(64, '\x01'),
                                  const json::value& data = {}) {
    json::object commit = unsigned_commit(data);
    commit["sig"] = {{"$bytes", to_base64(signature)}};
    const std::string root = block(commit);
    const auto head =
        dag_cbor({{"version", 1}, {"roots", json::array{{{"$link", json::string(root)}}}}});
    return varint(head->size()) + *head + blocks_;
  }
  [[nodiscard]] json::object unsigned_commit(const json::value& data = {}) {
    std::vector<Key> keys;
    for (const auto& [path, cid] : records_) keys.push_back({path, cid, layer(path)});
    int top = 0;
    for (const Key& key : keys) top = std::max(top, key.layer);
    const std::string tree = keys.empty() ? block({{"l", nullptr}, {"e", json::array{}}})
                                          : node(keys.data(), keys.data() + keys.size(), top);
    return {{"did", json::string(did_)},
            {"version", 3},
            {"data", data.is_null() ? json::value{{"$link", json::string(tree)}} : data},
            {"rev", json::string(tid(at_, 0))},
            {"prev", nullptr}};
  }

  void write(const std::filesystem::path& path) {
    const std::string all = bytes();
    std::ofstream(path, std::ios::binary)
        .write(all.data(), static_cast<std::streamsize>(all.size()));
  }

  // Its CID.
  std::string block(const json::value& value) {
    const auto bytes = dag_cbor(value);
    return raw_block(*bytes);
  }
  std::string raw_block(const std::string& bytes, std::string_view named = {}) {
    const std::string cid =
        std::string("\x01\x71\x12\x20", 4) + sha256(named.empty() ? bytes : named);
    blocks_ += varint(cid.size() + bytes.size()) + cid + bytes;
    return cid_text(cid);
  }

  [[nodiscard]] static std::string varint(std::uint64_t number) {
    std::string out;
    for (; number > 127; number >>= 7U) out += static_cast<char>((number & 127U) | 128U);
    return out + static_cast<char>(number);
  }

 private:
  struct Key {
    std::string path;
    std::string cid;
    int layer;
  };

  // Pairs of zero bits that the key's digest begins with.
  static int layer(const std::string& key) {
    int bits = 0;
    for (const char c : sha256(key)) {
      const auto byte = static_cast<unsigned char>(c);
      bits += std::countl_zero(byte);
      if (byte != 0) break;
    }
    return bits / 2;
  }

  json::value below(const Key* first, const Key* last, int layer) {
    if (first == last) return nullptr;
    return {{"$link", json::string(node(first, last, layer))}};
  }

  std::string node(const Key* first, const Key* last, int layer) {
    const auto next = [&](const Key* from) {
      return std::find_if(from, last, [&](const Key& key) { return key.layer == layer; });
    };
    const Key* at = next(first);
    json::object out{{"l", below(first, at, layer - 1)}};
    json::array entries;
    std::string before;
    while (at != last) {
      const auto shared =
          std::mismatch(before.begin(), before.end(), at->path.begin(), at->path.end()).first -
          before.begin();
      const Key* after = next(at + 1);
      entries.push_back(
          {{"p", shared},
           {"k", {{"$bytes", to_base64(at->path.substr(static_cast<std::size_t>(shared)))}}},
           {"v", {{"$link", json::string(at->cid)}}},
           {"t", below(at + 1, after, layer - 1)}});
      before = at->path;
      at = after;
    }
    out["e"] = std::move(entries);
    return block(out);
  }

  std::string did_;
  Micros at_;
  std::map<std::string, std::string> records_;  // path -> CID
  std::string blocks_;
};

}  // namespace carillon::rig
