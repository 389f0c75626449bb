import type {Reply} from "../api";
import {t, type Key} from "../words";
import {Icon, type IconName} from "./icon";

export type Tone = "plain" | "attention" | "ok" | "waits" | "danger" | "info";

export interface Look {
  tone: Tone;
  icon: IconName;
  word: Key;
}

export type Need = Reply<"GET", "/today">[number]["need"];
export type DeliveryState = Reply<"GET", "/deliveries">[number]["state"];
export type AnnouncementState = Reply<"GET", "/announcements">[number]["state"];
export type DraftState = Reply<"GET", "/drafts">[number]["state"];

const needs: Record<Need, Look> = {
  approve: {tone: "info", icon: "eye", word: "need.approve"},
  change: {tone: "attention", icon: "write", word: "need.change"},
  publish: {tone: "ok", icon: "send", word: "need.publish"},
  unconfirmed: {tone: "attention", icon: "question", word: "need.unconfirmed"},
  missed: {tone: "danger", icon: "clock", word: "need.missed"},
  refused: {tone: "danger", icon: "cross", word: "need.refused"},
  manual: {tone: "info", icon: "hand", word: "need.manual"},
  look: {tone: "danger", icon: "warning", word: "need.look"},
  membership: {tone: "plain", icon: "person", word: "need.membership"},
  expiring: {tone: "attention", icon: "key", word: "need.expiring"},
  report: {tone: "danger", icon: "warning", word: "need.report"},
  reply: {tone: "info", icon: "eye", word: "need.reply"},
};

const deliveries: Record<DeliveryState, Look> = {
  planned: {tone: "waits", icon: "clock", word: "state.planned"},
  due: {tone: "waits", icon: "clock", word: "state.due"},
  armed: {tone: "info", icon: "send", word: "state.armed"},
  published: {tone: "ok", icon: "check", word: "state.published"},
  refused: {tone: "danger", icon: "cross", word: "state.refused"},
  unconfirmed: {tone: "attention", icon: "question", word: "state.unconfirmed"},
  manual: {tone: "info", icon: "hand", word: "state.manual"},
  missed: {tone: "danger", icon: "clock", word: "state.missed"},
  cancelled: {tone: "plain", icon: "cross", word: "state.cancelled"},
};

const drafts: Record<DraftState, Look> = {
  writing: {tone: "plain", icon: "write", word: "state.writing"},
  asked: {tone: "info", icon: "eye", word: "state.asked"},
  returned: {tone: "attention", icon: "back", word: "state.returned"},
  cleared: {tone: "ok", icon: "check", word: "state.cleared"},
  published: {tone: "ok", icon: "send", word: "state.on_its_way"},
};

const announcements: Record<AnnouncementState, Look> = {
  scheduled: {tone: "waits", icon: "clock", word: "state.planned"},
  publishing: {tone: "info", icon: "send", word: "state.armed"},
  published: {tone: "ok", icon: "check", word: "state.published"},
  partly: {tone: "attention", icon: "warning", word: "state.partly"},
  failed: {tone: "danger", icon: "cross", word: "state.failed"},
  unconfirmed: {tone: "attention", icon: "question", word: "state.unconfirmed"},
  cancelled: {tone: "plain", icon: "cross", word: "state.cancelled"},
};

export function Pill({tone, icon, word}: Look) {
  return <span class={`pill ${tone}`}><Icon name={icon} />{t(word)}</span>;
}

export const NeedPill = ({need}: {need: Need}) => <Pill {...needs[need]} />;
export const DeliveryPill = ({state}: {state: DeliveryState}) => <Pill {...deliveries[state]} />;
export const DraftPill = ({state}: {state: DraftState}) => <Pill {...drafts[state]} />;
export const AnnouncementPill = ({state}: {state: AnnouncementState}) =>
  <Pill {...announcements[state]} />;
