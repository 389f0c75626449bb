#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace carillon {

namespace {

constexpr Micros moment = second;
constexpr Micros tick = second / 5;

void put(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

}  // namespace

Progress::Progress(const Clock& clock) : clock_(clock), since_(clock.now()) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

Progress::~Progress() {
  end_.stop();
  if (thread_.joinable()) thread_.join();
  wipe();
}

void Progress::run() {
  while (!end_.wait(tick)) {
    const std::lock_guard lock(mutex_);
    const Micros waited = clock_.now() - since_;
    if (waited < moment || done_ >= count_) continue;
    constexpr std::size_t width = 20;
    const std::size_t full = width * done_ / count_;
    put(stderr, fmt::format("\r[{}{}] {} of {} {}, {} s\x1b[K", std::string(full, '#'),
                            std::string(width - full, '.'), done_, count_, what_, waited / second));
    shown_ = true;
  }
}

void Progress::wipe() {
  if (shown_) put(stderr, "\r\x1b[K");
  shown_ = false;
}

void Progress::expect(std::size_t count) {
  const std::lock_guard lock(mutex_);
  count_ = count;
}

void Progress::advance(std::string_view what, std::uint64_t done, std::uint64_t of) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  done_ = done;
  count_ = of;
}

void Progress::came(const std::string& line) {
  const std::lock_guard lock(mutex_);
  ++done_;
  wipe();
  put(stdout, line);
}

}  // namespace carillon
