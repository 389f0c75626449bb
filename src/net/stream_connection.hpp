// A connection whose answer goes on; internal to the server.
#pragma once

#include "net/connection.hpp"

namespace carillon {

// Takes over a socket to which the head of the answer was written, and writes what the stream says
// until the client leaves, reads too slowly, its time is over, or the server stops. Does not block.
void serve_stream(ServerShared& shared, Socket socket, EventStream& stream);

}  // namespace carillon
