// A thread that makes images into inputs, or looks for corrupt ones.
import { parentPort } from "node:worker_threads";
import { OnwardError } from "../../core/index.ts";
import { corruptImages } from "./check-images.ts";
import { makeImages } from "./make-images.ts";
import type { CrewTask, CrewAnswer } from "./image-crew.ts";

parentPort?.on("message", ({ id, make, check }: CrewTask) => {
  const send = (answer: CrewAnswer, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(answer, transfer);
  const work =
    make === undefined
      ? corruptImages(check ?? []).then((corrupt) => send({ id, corrupt }))
      : makeImages(make).then((values) => send({ id, values }, [values.buffer]));
  work.catch((error: unknown) => {
    if (!(error instanceof OnwardError)) return send({ id, failed: error });
    const { code, fields } = error;
    // A cause may be of any class, and need not survive the way.
    const said = { ...fields, cause: undefined };
    return send({ id, refused: { code, fields: said } });
  });
});
