// An address by which the reader's own calendar shows what is planned.
import {useSignal} from "@preact/signals";
import {call} from "../api";
import {FormDialog} from "../parts/confirm";
import {Copyable} from "../parts/copy";
import {Dialog} from "../parts/dialog";
import {TextField} from "../parts/field";
import {invalidate} from "../resource";
import {t} from "../words";

export function Subscribe() {
  const asked = useSignal(false);
  const name = useSignal("");
  const address = useSignal("");
  return (
    <>
      <button type="button" class="head-act" onClick={() => asked.value = true}>{t("feed.open")}</button>
      {asked.value && (
        <FormDialog title={t("feed.open")} act={t("feed.make")} close={() => asked.value = false}
                    done={async () => {
                      const made = await call("POST", "/calendar-links", {name: name.value.trim()});
                      invalidate("tokens");
                      address.value = new URL(made.path, location.origin).href;
                    }}>
          <p>{t("feed.about")}</p>
          <TextField label={t("feed.name")} hint={t("feed.name_more")} value={name.value} required
                     change={(next) => name.value = next} />
        </FormDialog>)}
      {address.value !== "" && (
        <Dialog title={t("feed.made")} close={() => address.value = ""}>
          <Copyable text={address.value} label={t("feed.address")} />
          <p>{t("feed.once")} <a href="/app/access">{t("access.title")}</a></p>
        </Dialog>)}
    </>
  );
}
