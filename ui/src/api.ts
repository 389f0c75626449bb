// Calls of /api/v1, typed by its description. A session that ended in between is opened again in a
// dialog, and the call goes on: nothing that was typed is lost.
import {signal} from "@preact/signals";
import type {Api} from "./api.d";

export type Reply<M extends keyof Api, P extends keyof Api[M]> =
  Api[M][P] extends {reply: infer R} ? R : never;
type Asked<M extends keyof Api, P extends keyof Api[M]> =
  Api[M][P] extends {request: infer R} ? R : never;

export type Session = Reply<"GET", "/session">;
export const session = signal<Session | undefined>(undefined);

// False while the server cannot be reached.
export const online = signal(navigator.onLine);
// Whom the sign-in dialog waits for; undefined: nobody.
export const signing_in = signal<{done: () => void} | undefined>(undefined);

export class ApiError extends Error {
  readonly status: number;  // 0: no answer
  readonly hint: string;
  constructor(status: number, message: string, hint: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

const without_body = (method: string) => method === "GET" || method === "DELETE";

function split_request(method: string, path: string, request: Record<string, unknown>) {
  const left = {...request};
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = left[name];
    delete left[name];
    return encodeURIComponent(String(value));
  });
  if (!without_body(method)) return {address, body: JSON.stringify(left)};
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(left))
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  return {address: query.size === 0 ? address : `${address}?${query}`, body: null};
}

async function failure_of(reply: Response): Promise<ApiError> {
  const text = await reply.text();
  try {
    const {error} = JSON.parse(text) as {error: {message: string; hint: string}};
    return new ApiError(reply.status, error.message, error.hint);
  } catch {
    return new ApiError(reply.status, `the server answered ${reply.status}`, "");
  }
}

async function ask(method: string, address: string, body: BodyInit | null, type: string) {
  const headers: Record<string, string> = {Accept: "application/json"};
  if (body !== null) headers["Content-Type"] = type;
  if (method !== "GET") headers["X-CSRF"] = session.value?.csrf ?? "";
  let reply: Response;
  try {
    reply = await fetch(`/api/v1${address}`, {method, headers, body, cache: "no-store"});
  } catch {
    online.value = false;
    throw new ApiError(0, "the server cannot be reached", "It is tried again by itself.");
  }
  online.value = true;
  return reply;
}

let waiting: Promise<void> | undefined;

// Resolves once somebody is signed in again. Another person begins with an empty page: what is on
// this one is not theirs.
function signed_in_again(): Promise<void> {
  waiting ??= new Promise<void>((resolve) => {
    signing_in.value = {done: () => resolve()};
  }).finally(() => {
    waiting = undefined;
    signing_in.value = undefined;
  });
  return waiting;
}

// What theme.ts asked for before this script was there; once.
async function asked_ahead(): Promise<Response | undefined> {
  const asked = window.session_asked;
  delete window.session_asked;
  return await asked;
}

// Asks who is signed in. False: nobody is.
export async function ask_session(): Promise<boolean> {
  const reply = await asked_ahead() ?? await ask("GET", "/session", null, "");
  if (reply.status === 401) return false;
  if (!reply.ok) throw await failure_of(reply);
  const found = await reply.json() as Session;
  if (session.value !== undefined && session.value.name !== found.name) location.reload();
  session.value = found;
  return true;
}

// `body` of any kind, such as a picture's bytes.
export async function send<R>(method: string, address: string, body: BodyInit | null,
                              type: string): Promise<R> {
  let reply = await ask(method, address, body, type);
  if (reply.status === 401) {
    await signed_in_again();
    reply = await ask(method, address, body, type);
  }
  if (!reply.ok) throw await failure_of(reply);
  return await reply.json() as R;
}

export function call<M extends keyof Api, P extends keyof Api[M] & string>(
    method: M, path: P, request: Asked<M, P>): Promise<Reply<M, P>> {
  const {address, body} = split_request(method, path, request as Record<string, unknown>);
  return send<Reply<M, P>>(method, address, body, "application/json");
}

const ranks = ["anyone", "author", "editor", "admin"] as const;
export type Permission = (typeof ranks)[number];
export function may(needs: Permission): boolean {
  return ranks.indexOf(session.value?.permission ?? "anyone") >= ranks.indexOf(needs);
}
