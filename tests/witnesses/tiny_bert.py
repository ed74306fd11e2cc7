"""Writes tests/fixtures/tiny-bert.onnx: a BERT of one small layer with random weights and a head for 3 classes, as transformers makes it.

Run with the PyPI packages torch, transformers and onnxscript. Its vocabulary has the size of the WordPiece tokenizer's in
tests/fixtures/tokenizers.json.
"""

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification

fixtures = Path(__file__).parent.parent / "fixtures"
rows = json.loads((fixtures / "tokenizers.json").read_text())["rows"]
vocabulary = len(next(row for row in rows if row["name"] == "WordPiece")["tokenizer"]["model"]["vocab"])
torch.manual_seed(0)
config = BertConfig(
    vocab_size=vocabulary,
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=16,
    num_labels=3,
    attn_implementation="eager",
)
model = BertForSequenceClassification(config).eval()
with torch.no_grad():
    # Biases of zeros are equal, and the exporter would merge them.
    for parameter in model.parameters():
        parameter += 0.02 * torch.randn_like(parameter)


class Logits(torch.nn.Module):
    """What is exported: ids and their mask in, logits out."""

    def __init__(self):
        super().__init__()
        self.bert = model

    def forward(self, input_ids, attention_mask):
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).logits


ids = torch.randint(0, vocabulary, (2, 16))
torch.onnx.export(
    Logits(),
    (ids, torch.ones_like(ids)),
    str(fixtures / "tiny-bert.onnx"),
    input_names=["input_ids", "attention_mask"],
    output_names=["logits"],
    dynamic_axes={"input_ids": {0: "batch"}, "attention_mask": {0: "batch"}, "logits": {0: "batch"}},
    opset_version=18,
    dynamo=False,
)
