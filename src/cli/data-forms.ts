/** The forms of `--data` besides "mnist", and what follows the colon of each. Apart from their readers, which take long to load. */
export const dataPlaces = { idx: "DIR", images: "DIR", csv: "FILE", npy: "DIR", parquet: "FILE" } as const;

/** What `--data` takes, for help and errors. */
export const dataForms = ["mnist", ...Object.entries(dataPlaces).map(([form, place]) => `${form}:${place}`)].join("|");
