// An answer that is made elsewhere while its connection waits without a thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

namespace carillon {

struct HttpAnswer;

// Give it to HttpAnswer::later, and keep it until the answer is there. Thread-safe.
class LaterAnswer {
 public:
  LaterAnswer();
  LaterAnswer(const LaterAnswer&) = delete;
  LaterAnswer& operator=(const LaterAnswer&) = delete;
  // Who never got an answer gets 503.
  ~LaterAnswer();

  // The answer; the first one counts. The views of its HttpQuery are gone from then on.
  void set(HttpAnswer answer);

  // Calls `then` once: at once where the answer is there, else on the thread that sets it.
  void when_set(std::function<void(HttpAnswer)> then);

 private:
  std::mutex mutex_;
  bool set_ = false;
  std::unique_ptr<HttpAnswer> answer_;
  std::function<void(HttpAnswer)> then_;
};

}  // namespace carillon
