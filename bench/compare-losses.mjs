// Holds the peers to the same loss, before training and after an epoch: that they train the same model on the same data.
import { PeerProcess } from "./peer-process.mjs";
import { peers } from "./peers.mjs";

/** Relative differences that are let pass: another order of additions before; another order of batches and other
 * dropout masks after. PyTorch's own losses differ by 5 % between two orders of the few batches of minilm. */
const allowed = { before: 1e-4, after: 0.15 };

export async function compareLosses({ workload, folder, spec, names, interpreter, say }) {
  let reference;
  const chosen = ["torch", ...names.filter((name) => name !== "torch")].filter(
    (name) => peers[name].measures.includes("evaluate") && (peers[name].kinds?.includes(spec.model.kind) ?? true),
  );
  for (const name of chosen) {
    const process = new PeerProcess(peers[name].command(folder, 1, interpreter));
    const { loss: before } = await process.ask("evaluate");
    for (let samples = 0; samples < spec.batch * spec.batches;) samples += (await process.ask("train")).samples;
    const { loss: after } = await process.ask("evaluate");
    await process.end();
    reference ??= { before, after };
    say(`${workload}, ${name}: loss ${before} before, ${after} after an epoch`);
    for (const [when, loss] of Object.entries({ before, after })) {
      if (Math.abs(loss / reference[when] - 1) <= allowed[when]) continue;
      throw new Error(`Expected ${name} to have the loss of PyTorch on ${workload} ${when} training, got ${loss}.`);
    }
  }
}
