import {useSignal} from "@preact/signals";
import {call} from "../api";
import {note} from "../live";
import {ConfirmDialog, FormDialog} from "../parts/confirm";
import {invalidate} from "../resource";
import {t} from "../words";
import {RoleField, type Link} from "./invite";
import {roles, type Person, type Role} from "./words";

type Act = "role" | "end" | "link" | "totp" | "remove";

// What an admin may do with somebody. Whether it may be (the last admin) says the server.
export function PersonActs({person, name, show_link}: {
  person: Person; name: string; show_link: (link: Link) => void;
}) {
  const asked = useSignal<Act | undefined>(undefined);
  const role = useSignal<Role>(person.role);
  const close = () => asked.value = undefined;
  const set = async (words: string, said: string) => {
    await call("PATCH", "/people/{name}", {name, set: [words]});
    invalidate("people");
    note(said);
  };
  const ended = person.standing === "ended" || person.standing === "lapsed";
  const here = person.standing !== "invited";
  return (
    <details class="person-acts">
      <summary aria-label={t("people.change_of", {name})}>{t("people.change")}</summary>
      <div class="acts">
        <button type="button" onClick={() => {
          role.value = person.role;
          asked.value = "role";
        }}>{t("people.change_role")}</button>
        <button type="button" onClick={() => asked.value = "link"}>{t("people.new_link")}</button>
        {person.totp && <button type="button" onClick={() => asked.value = "totp"}>
          {t("people.drop_totp")}</button>}
        {here && <button type="button" class={ended ? "" : "danger"} onClick={() => asked.value = "end"}>
          {t(ended ? "people.reopen" : "people.end")}</button>}
        <button type="button" class="danger" onClick={() => asked.value = "remove"}>
          {t("people.remove")}</button>
      </div>
      {asked.value === "role" && (
        <FormDialog title={t("people.role_of", {name})} act={t("save")} close={close} done={() =>
          set(`role=${role.value}`, t("people.role_changed", {name, role: t(roles[role.value])}))}>
          <RoleField role={role.value} change={(next) => role.value = next} />
        </FormDialog>)}
      {asked.value === "link" && (
        <ConfirmDialog title={t("people.link_for", {name})} act={t("people.make_link")} close={close}
          done={async () => show_link(await call("POST", "/people/{name}/links", {name}))}>
          <p>{t(here ? "people.link_ends" : "people.link_again")}</p></ConfirmDialog>)}
      {asked.value === "totp" && (
        <ConfirmDialog title={t("people.totp_of", {name})} act={t("people.drop_totp")} danger close={close}
          done={() => set("totp=off", t("people.totp_dropped", {name}))}>
          <p>{t("people.totp_more")}</p></ConfirmDialog>)}
      {asked.value === "end" && (
        <ConfirmDialog title={t(ended ? "people.reopen_of" : "people.end_of", {name})} close={close}
          act={t(ended ? "people.reopen" : "people.end")} danger={!ended}
          done={() => set(`active=${ended}`, t(ended ? "people.reopened" : "people.ended", {name}))}>
          <p>{t(ended ? "people.reopen_more" : "people.end_more")}</p></ConfirmDialog>)}
      {asked.value === "remove" && (
        <ConfirmDialog title={t("people.remove_of", {name})} act={t("people.remove")} danger close={close}
          done={async () => {
            await call("DELETE", "/people/{name}", {name});
            invalidate("people");
            note(t("people.removed", {name}));
          }}><p>{t("people.remove_more")}</p></ConfirmDialog>)}
    </details>
  );
}
