"""Classifiers of torchvision that the parity tier does not have."""

import torchvision

from families import CLASSES, Make, case


def vision(name: str, size: int, **options) -> Make:
    return case(lambda: getattr(torchvision.models, name)(num_classes=CLASSES, **options), 3, size, size)


def video(name: str, size: int = 32, **options) -> Make:
    return case(lambda: getattr(torchvision.models.video, name)(num_classes=CLASSES, **options), 3, 4, size, size)


def mvit():
    from torchvision.models.video.mvit import MSBlockConfig, MViT

    setting = [
        MSBlockConfig(2, 16, 32, [3, 3, 3], [3, 3, 3], [1, 1, 1], [1, 2, 2]),
        MSBlockConfig(4, 32, 32, [3, 3, 3], [3, 3, 3], [1, 2, 2], [1, 1, 1]),
    ]
    return MViT(
        spatial_size=(16, 16),
        temporal_size=4,
        block_setting=setting,
        residual_pool=True,
        residual_with_cls_embed=False,
        rel_pos_embed=True,
        proj_after_attn=True,
        num_classes=CLASSES,
    )


MODELS = {
    "resnet34": vision("resnet34", 48),
    "resnet50": vision("resnet50", 48),
    "resnext101_32x8d": vision("resnext101_32x8d", 32),
    "regnet_x_400mf": vision("regnet_x_400mf", 48),
    "efficientnet_b1": vision("efficientnet_b1", 48, dropout=0.0),
    "mobilenet_v3_large": vision("mobilenet_v3_large", 48, dropout=0.0),
    "shufflenet_v2_x1_5": vision("shufflenet_v2_x1_5", 48),
    "mnasnet1_0": vision("mnasnet1_0", 48, dropout=0.0),
    "densenet169": vision("densenet169", 48),
    "vgg16": vision("vgg16", 32, dropout=0.0),
    "squeezenet1_0": vision("squeezenet1_0", 48, dropout=0.0),
    "convnext_small": vision("convnext_small", 48),
    "swin_s": vision("swin_s", 48),
    "swin_v2_s": vision("swin_v2_s", 48),
    "vit_l_32": case(
        lambda: __import__("torchvision").models.VisionTransformer(
            image_size=64, patch_size=32, num_layers=4, num_heads=4, hidden_dim=32, mlp_dim=64, num_classes=CLASSES
        ),
        3,
        64,
        64,
    ),
    "r3d_18": video("r3d_18"),
    "mc3_18": video("mc3_18"),
    "r2plus1d_18": video("r2plus1d_18"),
    "s3d": case(lambda: torchvision.models.video.s3d(num_classes=CLASSES, dropout=0.0), 3, 16, 64, 64),
    "mvit_v2": case(mvit, 3, 4, 16, 16),
    "swin3d": case(
        lambda: torchvision.models.video.swin_transformer.SwinTransformer3d(
            patch_size=[2, 4, 4],
            embed_dim=16,
            depths=[2, 2],
            num_heads=[2, 4],
            window_size=[2, 3, 3],
            stochastic_depth_prob=0.0,
            num_classes=CLASSES,
        ),
        3,
        8,
        24,
        24,
    ),
}
