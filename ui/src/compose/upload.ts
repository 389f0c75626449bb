// Pictures on their way to the server, which makes them clean and small enough.
import {signal} from "@preact/signals";
import {ApiError, send} from "../api";
import {announce} from "../live";
import {t} from "../words";
import type {Composer} from "./composer";

interface Imported {
  file: string;
  width: number;
  height: number;
  bytes: number;
}

export const uploading = signal(0);
export const upload_error = signal<ApiError | undefined>(undefined);
// What the browser shows of pictures that were just chosen, by the name the server gave them.
export const shown_pictures = signal<ReadonlyMap<string, string>>(new Map());

export async function upload(composer: Composer, files: File[]): Promise<void> {
  upload_error.value = undefined;
  for (const file of files) {
    uploading.value += 1;
    try {
      const made = await send<Imported>("POST", "/media", file, file.type);
      shown_pictures.value = new Map(shown_pictures.peek()).set(made.file,
        URL.createObjectURL(file));
      composer.change({media: [...composer.content.peek().media,
        {file: made.file, alt: "", digest: ""}]});
      announce(t("media.added"));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      upload_error.value = problem;
    } finally {
      uploading.value -= 1;
    }
  }
}
