"""Writes tests/fixtures/tokenizers.json: three small tokenizers, and what Hugging Face's tokenizers makes of texts by them.

Run with the PyPI package tokenizers; the file says its version.
"""

import json
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

corpus = [
    "The quick brown fox jumps over the lazy dog.",
    "Pack my box with five dozen liquor jugs, please!",
    "Training classifiers on ONNX graphs is a joy; scoring them is another.",
    "Größe, naïve café, déjà vu: accents matter. 你好，世界 and emoji 🙂 too.",
    "In 2024 it cost $3.50, or 1,000 yen (about).",
] * 4
texts = [
    "The quick fox.",
    "",
    "   spaces   and\ttabs\nand lines ",
    "Größe naïve CAFÉ déjà vu",
    "你好，世界 🙂🙂",
    "unbelievable zzzqqq x-ray don't",
    "In 2024, $3.50 or 1,000?",
    "a much longer text about training classifiers on graphs, which has to be cut because it has so many words in it",
]


def wordpiece():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=180, special_tokens=special, show_progress=False))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    t.decoder = decoders.WordPiece()
    return t, 0


def bpe():
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    t.train_from_iterator(
        corpus, trainers.BpeTrainer(vocab_size=380, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    )
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t, 1


def unigram():
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(
        corpus, trainers.UnigramTrainer(vocab_size=150, special_tokens=special, unk_token="<unk>", show_progress=False)
    )
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return t, 1


rows = []
for name, make in [("WordPiece", wordpiece), ("BPE", bpe), ("Unigram", unigram)]:
    t, pad = make()
    saved = json.loads(t.to_str())
    t.enable_truncation(16)
    t.enable_padding(length=16, pad_id=pad, pad_token=t.id_to_token(pad))
    encoded = [t.encode(text) for text in texts]
    rows.append(
        dict(
            name=name,
            tokenizer=saved,
            ids=[e.ids for e in encoded],
            mask=[e.attention_mask for e in encoded],
            types=[e.type_ids for e in encoded],
        )
    )
path = Path(__file__).parent.parent / "fixtures" / "tokenizers.json"
path.write_text(json.dumps(dict(versions=dict(tokenizers=tokenizers.__version__), texts=texts, rows=rows)) + "\n")
