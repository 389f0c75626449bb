import type {Reply} from "../api";
import {Pill} from "../parts/status";
import type {Key} from "../words";

export type Person = Reply<"GET", "/people">[number];
export type Role = Person["role"];

export const roles: Record<Role, Key> = {
  contributor: "role.contributor", member: "role.member", author: "role.author",
  editor: "role.editor", admin: "role.admin"};
export const role_order: Role[] = ["contributor", "member", "author", "editor", "admin"];

export const standing_looks: Record<Person["standing"], Parameters<typeof Pill>[0]> = {
  invited: {tone: "info", icon: "clock", word: "standing.invited"},
  active: {tone: "ok", icon: "check", word: "standing.active"},
  lapsing: {tone: "attention", icon: "warning", word: "standing.lapsing"},
  lapsed: {tone: "danger", icon: "clock", word: "standing.lapsed"},
  ended: {tone: "plain", icon: "cross", word: "standing.ended"},
};
