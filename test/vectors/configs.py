"""The configs of all layers, as Keras writes them."""

import keras
from encode import write

#: What the constructor must be given, by class; all others take no options. Beside each: further options worth a case.
OPTIONS = {
    "Activation": [{"activation": "relu"}],
    "AdaptiveAveragePooling1D": [{"output_size": 3}],
    "AdaptiveAveragePooling2D": [{"output_size": (2, 3)}],
    "AdaptiveMaxPooling1D": [{"output_size": 3}],
    "AdaptiveMaxPooling2D": [{"output_size": 2}],
    "AlphaDropout": [{"rate": 0.5}, {"rate": 0.5, "noise_shape": (None, 1), "seed": 3}],
    "AveragePooling1D": [{"pool_size": 2}, {"pool_size": 3, "strides": 1, "padding": "same"}],
    "AveragePooling2D": [{"pool_size": 2}, {"pool_size": (3, 2), "strides": 1, "padding": "same"}],
    "BatchNormalization": [{}, {"axis": 1, "momentum": 0.5, "epsilon": 0.01, "center": False, "scale": False}],
    "CenterCrop": [{"height": 2, "width": 3}],
    "Concatenate": [{}, {"axis": 1}],
    "Conv1D": [
        {"filters": 2, "kernel_size": 3},
        {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "causal", "groups": 2, "activation": "tanh", "use_bias": False},
    ],
    "Conv1DTranspose": [{"filters": 2, "kernel_size": 3}, {"filters": 2, "kernel_size": 3, "strides": 3, "output_padding": 1}],
    "Conv2D": [
        {"filters": 2, "kernel_size": 3},
        {
            "filters": 4,
            "kernel_size": (3, 2),
            "strides": 2,
            "padding": "same",
            "groups": 2,
            "activation": "relu",
            "kernel_initializer": "he_normal",
            "bias_initializer": "ones",
            "kernel_regularizer": keras.regularizers.L2(0.5),
            "bias_regularizer": "l1",
            "activity_regularizer": keras.regularizers.L1L2(0.5, 0.25),
            "kernel_constraint": keras.constraints.MaxNorm(3),
            "bias_constraint": "non_neg",
        },
        {"filters": 2, "kernel_size": 3, "dilation_rate": 2, "use_bias": False},
    ],
    "Conv2DTranspose": [{"filters": 2, "kernel_size": 3}, {"filters": 2, "kernel_size": 3, "strides": 3, "output_padding": (1, 2)}],
    "Cropping1D": [{}, {"cropping": (1, 2)}],
    "Cropping2D": [{}, {"cropping": ((1, 2), (0, 3))}],
    "Dense": [{"units": 3}, {"units": 4, "activation": "gelu", "use_bias": False, "kernel_regularizer": "orthogonal_regularizer"}],
    "DepthwiseConv1D": [{"kernel_size": 3}, {"kernel_size": 3, "depth_multiplier": 2, "strides": 2}],
    "DepthwiseConv2D": [{"kernel_size": 3}, {"kernel_size": (3, 2), "depth_multiplier": 2, "padding": "same", "dilation_rate": 2}],
    "Dot": [{"axes": 1}, {"axes": (1, 2), "normalize": True}],
    "Dropout": [{"rate": 0.5}, {"rate": 0.25, "noise_shape": (None, 1), "seed": 3}],
    "ELU": [{}, {"alpha": 0.5}],
    "GaussianDropout": [{"rate": 0.5}],
    "GaussianNoise": [{"stddev": 0.5}],
    "GlobalAveragePooling1D": [{}, {"keepdims": True}],
    "GlobalAveragePooling2D": [{}, {"keepdims": True}],
    "GlobalMaxPooling1D": [{}, {"keepdims": True}],
    "GlobalMaxPooling2D": [{}, {"keepdims": True}],
    "GroupNormalization": [{}, {"groups": 2, "epsilon": 0.01, "center": False}],
    "InputLayer": [{"shape": (4, 5, 3)}, {"shape": (None, None, 3), "dtype": "float32"}],
    "LayerNormalization": [{}, {"axis": (1, 2), "epsilon": 0.01, "scale": False}],
    "LeakyReLU": [{}, {"negative_slope": 0.5}],
    "MaxPooling1D": [{}, {"pool_size": 3, "strides": 1, "padding": "same"}],
    "MaxPooling2D": [{}, {"pool_size": (3, 2), "strides": 1, "padding": "same"}],
    "Normalization": [{"mean": 1.0, "variance": 4.0}],
    "PReLU": [{}, {"shared_axes": (1, 2), "alpha_initializer": "ones", "alpha_regularizer": "l2", "alpha_constraint": "non_neg"}],
    "Permute": [{"dims": (2, 1)}],
    "ReLU": [{}, {"max_value": 6.0, "negative_slope": 0.5, "threshold": 1.0}],
    "RepeatVector": [{"n": 3}],
    "Rescaling": [{"scale": 0.5}, {"scale": 0.5, "offset": -1.0}],
    "Reshape": [{"target_shape": (2, -1)}],
    "Resizing": [{"height": 2, "width": 3}, {"height": 2, "width": 3, "interpolation": "nearest", "crop_to_aspect_ratio": True}],
    "SeparableConv1D": [{"filters": 2, "kernel_size": 3}],
    "SeparableConv2D": [{"filters": 2, "kernel_size": 3}, {"filters": 2, "kernel_size": (3, 2), "depth_multiplier": 2, "strides": 2}],
    "Softmax": [{}, {"axis": 1}],
    "SpatialDropout1D": [{"rate": 0.5}],
    "SpatialDropout2D": [{"rate": 0.5}],
    "UpSampling1D": [{}, {"size": 3}],
    "UpSampling2D": [{}, {"size": (3, 1), "interpolation": "bilinear"}],
    "ZeroPadding1D": [{}, {"padding": (1, 2)}],
    "ZeroPadding2D": [{}, {"padding": ((1, 2), (0, 3))}],
} | {
    name: [{}]
    for name in "ActivityRegularization Add Average Flatten Identity Maximum Minimum Multiply RMSNormalization Subtract UnitNormalization".split()
}


def make():
    cases = []
    for name in sorted(OPTIONS):
        for options in OPTIONS[name]:
            config = getattr(keras.layers, name)(**options).get_config()
            config = {key: value for key, value in config.items() if key not in ["name", "trainable"]}
            shown = {key: value if isinstance(value, (int, float, str, tuple)) else type(value).__name__ for key, value in options.items()}
            cases.append({"name": f"{name} {shown}", "className": name, "config": config})
    write("layerConfigs", cases)


if __name__ == "__main__":
    make()
