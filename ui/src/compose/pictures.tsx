import {useRef} from "preact/hooks";
import {Field} from "../parts/field";
import {Icon} from "../parts/icon";
import {Problem} from "../parts/problem";
import {note} from "../live";
import {t} from "../words";
import type {Composer} from "./composer";
import type {Picture} from "./content";
import {picture_address, upload, upload_error, uploading} from "./upload";

function Row({composer, picture, index, last}:
    {composer: Composer; picture: Picture; index: number; last: boolean}) {
  const all = () => composer.content.peek().media;
  const move = (step: number) => {
    const next = [...all()];
    const [one] = next.splice(index, 1);
    if (one) next.splice(index + step, 0, one);
    composer.change({media: next});
  };
  const remove = () => {
    const before = all();
    composer.change({media: before.filter((_, i) => i !== index)});
    note(t("media.removed"), () => composer.change({media: before}));
  };
  const source = picture_address(picture);
  return (
    <li class="picture">
      {source !== "" ? <img src={source} alt="" width="96" height="96" />
        : <span class="no-picture"><Icon name="image" /></span>}
      <div>
        <Field label={t("media.alt")} hint={picture.file}
               problem={picture.alt.trim() === "" ? t("media.alt_missing") : undefined}>
          {({id, described}) => (
            <textarea id={id} rows={2} value={picture.alt} aria-describedby={described} dir="auto"
                      onInput={(event) => composer.change({media: all().map((one, i) =>
                        i === index ? {...one, alt: event.currentTarget.value} : one)})} />)}
        </Field>
        <p class="acts">
          {index > 0 &&
            <button type="button" onClick={() => move(-1)}>{t("media.earlier")}</button>}
          {!last && <button type="button" onClick={() => move(1)}>{t("media.later")}</button>}
          <button type="button" onClick={remove}>{t("media.remove")}</button>
        </p>
      </div>
    </li>
  );
}

export function Pictures({composer}: {composer: Composer}) {
  const input = useRef<HTMLInputElement>(null);
  const media = composer.field("media").value;
  return (
    <section class="card" aria-label={t("media")}>
      <h2>{t("media")}</h2>
      {media.length > 0 && (
        <ul class="pictures">
          {media.map((one, i) => (
            <Row key={`${one.file} ${i}`} composer={composer} picture={one} index={i}
                 last={i === media.length - 1} />))}
        </ul>)}
      <Problem error={upload_error.value} />
      <p class="acts">
        <button type="button" onClick={() => input.current?.click()}>
          <Icon name="plus" />{t("media.add")}</button>
        {uploading.value > 0 && <span role="status">{t("media.sending")}</span>}
      </p>
      <input ref={input} type="file" accept="image/*" multiple class="hidden" tabIndex={-1}
             aria-label={t("media.add")} onChange={(event) => {
               void upload(composer, [...event.currentTarget.files ?? []]);
               event.currentTarget.value = "";
             }} />
    </section>
  );
}
