#include "pipe.hpp"

#include <sys/socket.h>

#include <cstring>

namespace carillon::soak {

namespace {

bool move_all(int socket, char* data, std::size_t size, bool out) {
  while (size > 0) {
    const ssize_t moved =
        out ? ::send(socket, data, size, MSG_NOSIGNAL) : ::recv(socket, data, size, 0);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return false;
    data += moved;
    size -= static_cast<std::size_t>(moved);
  }
  return true;
}

}  // namespace

bool put(int socket, const json::object& words) {
  const std::string text = json::serialize(words);
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string frame(sizeof size, '\0');
  std::memcpy(frame.data(), &size, sizeof size);
  frame += text;
  return move_all(socket, frame.data(), frame.size(), true);
}

std::optional<json::object> take(int socket) {
  std::uint32_t size = 0;
  char head[sizeof size] = {};
  if (!move_all(socket, head, sizeof head, false)) return std::nullopt;
  std::memcpy(&size, head, sizeof size);
  std::string text(size, '\0');
  if (!move_all(socket, text.data(), text.size(), false)) return std::nullopt;
  const auto words = parse_json(text);
  if (!words || !words->is_object()) return std::nullopt;
  return words->get_object();
}

}  // namespace carillon::soak
