#include "net/later.hpp"

#include <utility>

#include "net/answer.hpp"

namespace carillon {

LaterAnswer::LaterAnswer() = default;

LaterAnswer::~LaterAnswer() {
  if (!then_) return;
  HttpAnswer none = plain_answer(503, "Nobody answered. Try again in a moment.");
  none.headers.add("Retry-After", "5");
  then_(std::move(none));
}

void LaterAnswer::set(HttpAnswer answer) {
  std::function<void(HttpAnswer)> then;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(set_, true)) return;
    then = std::exchange(then_, nullptr);
    if (!then) answer_ = std::make_unique<HttpAnswer>(std::move(answer));
  }
  if (then) then(std::move(answer));
}

void LaterAnswer::when_set(std::function<void(HttpAnswer)> then) {
  std::unique_ptr<HttpAnswer> answer;
  {
    const std::lock_guard lock(mutex_);
    answer = std::move(answer_);
    if (!answer) then_ = std::move(then);
  }
  if (answer) then(std::move(*answer));
}

}  // namespace carillon
