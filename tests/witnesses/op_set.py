"""Writes src/gradients/op-set.ts: every op of ONNX's default domain with the opsets that changed it.

Run with Python and the onnx package from the root of the repository: python tests/witnesses/op_set.py
"""

import onnx

WORKING_OPSET = 26
versions = {}
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain != "" or schema.since_version > WORKING_OPSET:
        continue
    versions.setdefault(schema.name, []).append((schema.since_version, schema.deprecated))

lines = []
for name in sorted(versions):
    history = sorted(versions[name])
    numbers = [version for version, deprecated in history if not deprecated]
    gone = [version for version, deprecated in history if deprecated]
    until = f", until: {gone[0]}" if gone else ""
    lines.append(f"  {name}: {{ since: [{', '.join(map(str, numbers))}]{until} }},")

with open("src/gradients/op-set.ts", "w") as file:
    file.write(
        f"""/** When an op of ONNX was defined and changed, and the opset that dropped it. */
export interface OpHistory {{
  readonly since: readonly number[];
  readonly until?: number;
}}

/** Every op of ONNX's default domain up to opset {WORKING_OPSET}; written by tests/witnesses/op_set.py from onnx {onnx.__version__}. */
export const opSet = {{
"""
        + "\n".join(lines)
        + "\n} as const satisfies Readonly<Record<string, OpHistory>>;\n"
    )
