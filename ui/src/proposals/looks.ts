import type {Reply} from "../api";
import {Pill} from "../parts/status";

type State = Reply<"GET", "/proposals">[number]["state"];

export const proposal_looks: Record<State, Parameters<typeof Pill>[0]> = {
  waiting: {tone: "attention", icon: "proposals", word: "proposals.waiting"},
  taken: {tone: "info", icon: "write", word: "proposals.taken"},
  published: {tone: "ok", icon: "check", word: "proposals.published"},
  declined: {tone: "plain", icon: "cross", word: "proposals.declined"},
};
