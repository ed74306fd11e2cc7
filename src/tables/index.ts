export { doubles, floats, integers, lists, present, texts, type Column, type ListColumn } from "./columns.ts";
export { Database, type DatabaseOptions } from "./database.ts";
export { findFiles, type InputFile } from "./file-format.ts";
export { inOrder, labelText } from "./label-text.ts";
export { sqlName, sqlText } from "./sql.ts";
