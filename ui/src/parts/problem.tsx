import type {ApiError} from "../api";
import {sentence, t} from "../words";

// What went wrong and what to do, beside what was tried.
export function Problem({error, retry}: {error: ApiError | undefined; retry?: () => void}) {
  if (error === undefined) return null;
  return (
    <div class="problem" role="alert">
      <p><strong>{sentence(error.message)}</strong></p>
      {error.hint !== "" && <p>{sentence(error.hint)}</p>}
      {retry && <p><button type="button" onClick={retry}>{t("retry")}</button></p>}
    </div>
  );
}
