// Pictures on their way to the server, which makes them clean and small enough.
import {signal} from "@preact/signals";
import {ApiError, call} from "../api";
import {announce, note} from "../live";
import {sentence, t} from "../words";
import type {Composer} from "./composer";
import type {Picture} from "./content";

export const uploading = signal(0);
export const upload_error = signal<ApiError | undefined>(undefined);

// Where people who work here see a picture of the desk; empty before the server has it.
export const picture_address = (picture: Picture): string =>
  picture.digest === "" ? "" : `/desk/picture/${picture.digest}`;

function base64_of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(new ApiError(0, `${file.name} cannot be read`, ""));
    reader.readAsDataURL(file);
  });
}

async function add(composer: Composer, file: File): Promise<void> {
  const made = await call("POST", "/pictures", {name: file.name, data: await base64_of(file)});
  composer.change({media: [...composer.content.peek().media,
    {file: made.file, alt: "", digest: made.digest}]});
  if (made.note === "") announce(t("media.added"));
  else note(sentence(made.note));
}

export async function upload(composer: Composer, files: File[]): Promise<void> {
  upload_error.value = undefined;
  for (const file of files) {
    uploading.value += 1;
    try {
      await add(composer, file);
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      upload_error.value = problem;
    } finally {
      uploading.value -= 1;
    }
  }
}
