import {useSignal} from "@preact/signals";
import {call, session, type Reply} from "../api";
import {FormDialog} from "../parts/confirm";
import {Copyable} from "../parts/copy";
import {Dialog} from "../parts/dialog";
import {Field} from "../parts/field";
import {ago} from "../parts/time";
import {invalidate} from "../resource";
import {t} from "../words";
import {role_order, roles, type Role} from "./words";

export type Link = Reply<"POST", "/people">;

export function RoleField({role, change}: {role: Role; change: (next: Role) => void}) {
  return (
    <Field label={t("people.role")} hint={t(`role.${role}_more`)}>
      {({id, described}) => (
        <select id={id} aria-describedby={described} value={role}
                onChange={(event) => change(event.currentTarget.value as Role)}>
          {role_order.map((one) => <option key={one} value={one}>{t(roles[one])}</option>)}
        </select>)}
    </Field>
  );
}

export function Invite({close, done}: {close: () => void; done: (link: Link) => void}) {
  const email = useSignal("");
  const role = useSignal<Role>("author");
  const mail = useSignal(session.value?.mail ?? false);
  return (
    <FormDialog title={t("people.invite")} act={t("people.make_link")} close={close} done={async () => {
      const link = await call("POST", "/people", {email: email.value.trim(), role: role.value,
        mail: mail.value});
      invalidate("people");
      done(link);
    }}>
      <Field label={t("people.email")}>
        {({id}) => <input id={id} type="email" required autoComplete="off" value={email.value}
                          onInput={(event) => email.value = event.currentTarget.value} />}
      </Field>
      <RoleField role={role.value} change={(next) => role.value = next} />
      {session.value?.mail && (
        <label class="check setting">
          <input type="checkbox" checked={mail.value}
                 onChange={(event) => mail.value = event.currentTarget.checked} />
          {t("people.mail_link")}
        </label>)}
    </FormDialog>
  );
}

// Shown once: the server keeps only what it needs to know the link again.
export function LinkDialog({link, close}: {link: Link; close: () => void}) {
  return (
    <Dialog title={t("people.link_title", {person: link.person})} close={close}>
      <Copyable text={link.link} label={t("people.link")} />
      <p>{link.mailed !== "" ? t("people.mailed", {person: link.mailed, when: ago(link.expires)})
        : t("people.link_more", {when: ago(link.expires)})}</p>
    </Dialog>
  );
}
