"""Image, video and time series classifiers of transformers, in tiny configurations."""

import torch
from torch import nn

from families import BATCH, CLASSES, Case, hugging_face, image, still

VIT = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, patch_size=4)


class PatchScores(nn.Module):
    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(past_values=x)[0]


def patchtst(kind: str = "PatchTST", **options):
    def make() -> Case:
        import transformers

        config = getattr(transformers, f"{kind}Config")(
            num_input_channels=3,
            context_length=24,
            patch_length=6,
            patch_stride=6,
            d_model=16,
            num_targets=CLASSES,
            num_hidden_layers=2,
            num_attention_heads=4,
            ffn_dim=32,
            **options,
        )
        still(config)
        model = getattr(transformers, f"{kind}ForClassification", None) or transformers.PatchTSMixerForTimeSeriesClassification
        return Case(PatchScores(model(config)), {"x": torch.randn(BATCH, 24, 3)}, torch.randint(0, CLASSES, (BATCH,)))

    return make


def video(name: str, **options):
    return hugging_face(
        name, "VideoClassification", lambda: {"pixel_values": torch.randn(BATCH, 4, 3, 16, 16)}, image_size=16, **VIT, **options
    )


MODELS = {
    "beit": image("Beit", 16, **VIT, use_relative_position_bias=True),
    "data2vec_vision": image("Data2VecVision", 16, **VIT, use_shared_relative_position_bias=True),
    "levit": image("Levit", 64, hidden_sizes=[16, 24, 32], num_attention_heads=[2, 2, 2], depths=[1, 1, 1], key_dim=[8, 8, 8], stride=2, kernel_size=3, padding=1, patch_size=16, down_ops=[["Subsample", 8, 2, 4, 2, 2], ["Subsample", 8, 3, 4, 2, 2]]),
    "mobilevit": image("MobileViT", 64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 32, 32]),
    "mobilevitv2": image("MobileViTV2", 64, width_multiplier=0.25),
    "poolformer": image("PoolFormer", 64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 16, 24]),
    "pvt": image("Pvt", 64, hidden_sizes=[8, 16, 16, 32], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 2, 4]),
    "pvt_v2": image("PvtV2", 64, hidden_sizes=[8, 16, 16, 32], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 2, 4]),
    "cvt": image("Cvt", 32, embed_dim=[8, 16, 32], num_heads=[1, 2, 4], depth=[1, 1, 2]),
    "hf_swin": image("Swin", 32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
    "hf_swinv2": image("Swinv2", 32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
    "segformer": image("Segformer", 64, hidden_sizes=[8, 16, 16, 32], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 2, 4]),
    "hf_efficientnet": image("EfficientNet", 48, width_coefficient=0.25, depth_coefficient=0.3, hidden_dim=320),
    "hf_regnet": image("RegNet", 48, hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 2, 1], groups_width=16, embedding_size=16),
    "hf_resnet": image("ResNet", 48, hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 2, 1], embedding_size=16),
    "bit": image("Bit", 48, hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 2, 1], embedding_size=16, num_groups=4),
    "bit_same": image("Bit", 50, hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 1, 1], embedding_size=16, num_groups=4, global_padding="SAME"),
    "dinov2": image("Dinov2", 16, **VIT),
    "dinov2_registers": image("Dinov2WithRegisters", 16, **VIT, num_register_tokens=2),
    "clip_vision": image("CLIP", 16, vision_config=dict(image_size=16, **VIT)),
    "siglip": image("Siglip", 16, vision_config=dict(image_size=16, **VIT)),
    "vit_msn": image("ViTMSN", 16, **VIT),
    "focalnet": image("FocalNet", 32, patch_size=2, embed_dim=16, depths=[1, 1], focal_levels=[2, 2], focal_windows=[3, 3], hidden_sizes=[16, 32]),
    "hgnet_v2": image("HGNetV2", 48),
    "hiera": image("Hiera", 32, image_size=[32, 32], embed_dim=16, depths=[1, 1, 1], num_heads=[1, 2, 4], query_stride=[2, 2], masked_unit_size=[2, 2], num_query_pool=2, patch_stride=[4, 4]),
    "imagegpt": hugging_face("ImageGPT", "ImageClassification", lambda: {"input_ids": torch.randint(3, 60, (BATCH, 16))}, vocab_size=64, n_positions=16, n_embd=32, n_layer=2, n_head=4),
    "mobilenet_v1": image("MobileNetV1", 48, depth_multiplier=0.25),
    "hf_mobilenet_v2": image("MobileNetV2", 48, depth_multiplier=0.35),
    "pplcnet": image("PPLCNet", 48, scale=0.25),
    "swiftformer": image("SwiftFormer", 64, depths=[1, 1, 1, 1], embed_dims=[16, 16, 32, 32], drop_path_rate=0.0),
    "textnet": image("TextNet", 64, hidden_sizes=[16, 16, 32, 32, 32]),
    "donut_swin": image("DonutSwin", 32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
    "timesformer": video("Timesformer", num_frames=4),
    "videomae": video("VideoMAE", num_frames=4, tubelet_size=2),
    "vivit": video("Vivit", num_frames=4, tubelet_size=[2, 4, 4]),
    "patchtst": patchtst(use_cls_token=True),
    "patchtst_mean": patchtst(pooling_type="mean", norm_type="layernorm"),
    "patchtsmixer": patchtst("PatchTSMixer"),
}
