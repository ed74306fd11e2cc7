import duckdb from "@duckdb/node-bindings";
import type { DuckDBDataChunk } from "@duckdb/node-api";

/** A column of a chunk: its values, and which are there. */
export interface Column<Values> {
  readonly values: Values;
  /** Bits, one a row, set where there is a value; absent when all have one. */
  readonly validity: Uint8Array | undefined;
}

/** A column of lists: where each begins in the values, and how long it is. */
export interface ListColumn<Values> extends Column<Values> {
  readonly entries: BigUint64Array;
  readonly childValidity: Uint8Array | undefined;
}

/** Whether row i has a value. */
export function present(validity: Uint8Array | undefined, i: number): boolean {
  return validity === undefined || (((validity[i >>> 3] as number) >>> (i & 7)) & 1) === 1;
}

export function doubles(chunk: DuckDBDataChunk, index: number): Column<Float64Array> {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  return { values: doublesOf(vector, chunk.rowCount), validity: validityOf(vector, chunk.rowCount) };
}

export function floats(chunk: DuckDBDataChunk, index: number): Column<Float32Array> {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  return { values: floatsOf(vector, chunk.rowCount), validity: validityOf(vector, chunk.rowCount) };
}

export function integers(chunk: DuckDBDataChunk, index: number): Column<Int32Array> {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, chunk.rowCount * 4);
  return {
    values: new Int32Array(buffer, byteOffset, chunk.rowCount),
    validity: validityOf(vector, chunk.rowCount),
  };
}

export function lists(chunk: DuckDBDataChunk, index: number, single: boolean): ListColumn<Float64Array | Float32Array> {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, chunk.rowCount * 16);
  const child = duckdb.list_vector_get_child(vector);
  const length = duckdb.list_vector_get_size(vector);
  return {
    values: single ? floatsOf(child, length) : doublesOf(child, length),
    validity: validityOf(vector, chunk.rowCount),
    entries: new BigUint64Array(buffer, byteOffset, chunk.rowCount * 2),
    childValidity: validityOf(child, length),
  };
}

export function texts(chunk: DuckDBDataChunk, index: number): (string | undefined)[] {
  const vector = chunk.getColumnVector(index);
  return Array.from({ length: chunk.rowCount }, (_, i) => {
    const value = vector.getItem(i);
    return typeof value === "string" ? value : undefined;
  });
}

function doublesOf(vector: duckdb.Vector, length: number): Float64Array {
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, length * 8);
  return new Float64Array(buffer, byteOffset, length);
}

function floatsOf(vector: duckdb.Vector, length: number): Float32Array {
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, length * 4);
  return new Float32Array(buffer, byteOffset, length);
}

/** DuckDB gives no bits at all where nothing is absent. */
function validityOf(vector: duckdb.Vector, length: number): Uint8Array | undefined {
  const bits = duckdb.vector_get_validity(vector, Math.ceil(length / 64) * 8) as Uint8Array | null;
  return bits === null || bits.length === 0 ? undefined : bits;
}
