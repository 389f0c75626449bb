import {render} from "preact";
import {ask_session, may} from "./api";
import {listen} from "./events";
import {start_router} from "./router";
import {Shell} from "./shell";

async function start() {
  try {
    // The server gives this page only to who is signed in; the session may have ended since.
    if (!await ask_session()) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
  } catch {
    // No answer: the shell says so, and asks again.
  }
  start_router();
  const root = document.getElementById("app");
  if (root) render(<Shell />, root);
  if (may("author")) listen();
}

void start();
