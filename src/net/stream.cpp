#include "net/stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"

namespace carillon {

void EventStream::send(std::string_view event, std::string_view data) {
  write(fmt::format("event: {}\ndata: {}\n\n", event, data));
}

void EventStream::beat() {
  write(":\n\n");
}

bool EventStream::join(const std::shared_ptr<Listener>& listener) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(all_, [](const auto& one) { return one.expired(); });
  if (all_.size() >= limits::streams) return false;
  all_.push_back(listener);
  count_ = all_.size();
  return true;
}

void EventStream::write(std::string text) {
  const auto shared = std::make_shared<const std::string>(std::move(text));
  std::vector<std::shared_ptr<Listener>> listeners;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(all_, [](const auto& one) { return one.expired(); });
    count_ = all_.size();
    for (const auto& one : all_) {
      if (auto alive = one.lock()) listeners.push_back(std::move(alive));
    }
  }
  for (const auto& one : listeners) one->take(shared);
}

}  // namespace carillon
