// Writes event files as an interrupted and resumed run does. Usage: node write-events.mjs <folder of runs/> <folder> <job.json>
import { appendFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [runs = "", folder = "", job = ""] = process.argv.slice(2);
const { EventFile } = await import(pathToFileURL(join(resolve(runs), "index.js")).href);
for (const { from, points, torn } of JSON.parse(readFileSync(job, "utf8"))) {
  const file = await EventFile.create(folder, from === undefined ? {} : { from });
  for (const [tag, step, value, wallTime] of points) file.add(tag, step, Number(value), wallTime);
  await file.close();
  if (torn) appendFileSync(file.path, Buffer.from([21, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 9]));
}
