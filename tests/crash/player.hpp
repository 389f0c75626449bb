// The processes of an episode: workers, which the stage kills as it likes, and one person, who
// plans and decides and is never killed. Both run the real outbox, adapters and store.
#pragma once

#include <sys/types.h>

#include "pipe.hpp"
#include "setup.hpp"
#include "time.hpp"

namespace carillon::soak {

// A child process and the stage's end of the socket to it.
struct Player {
  pid_t pid = -1;
  int socket = -1;
  Temper temper;
};

// Starts a worker. It says {"ready"}, then waits; at {"do": "go"} it runs the outbox once and says
// {"ran": count} or {"failed": why}, and in between {"at": crash point}, where it waits for the
// next {"do": "go"}. Each of its words carries {"requests"}: how many it has sent.
[[nodiscard]] Player start_worker(const Setup& setup, const SharedClock& clock, Temper temper);

// Starts the person. Commands, each answered by {"ok": …} or {"no": why}:
//   plan     {"draft", "channels", "due"}; the draft's slug names the announcement
//   list     every delivery, as Seen
//   cancel   {"id"}     resolve {"id", "url"} (url empty: it is not there)
//   lock     holds the SQLite database's write lock until the next command
//   cut      ends every other connection to the PostgreSQL database
[[nodiscard]] Player start_person(const Setup& setup, const SharedClock& clock);

// kill -9, and waits for its end.
void kill_player(Player& player);

}  // namespace carillon::soak
