"""What can go wrong in the trainer, by type. `retryable` says whether the very same job may succeed when tried again."""

from __future__ import annotations


class TrainerError(Exception):
    """Base of all typed errors; `next_step` tells the person who reads it what to do."""

    retryable = False
    default_next_step = ""

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.next_step = next_step if next_step is not None else self.default_next_step


class ConfigError(TrainerError):
    """The job file or a command does not keep to the contract."""

    default_next_step = "correct the named field in the run config or job file"


class DatasetInvalid(TrainerError):
    """Examples cannot be read, or nothing in them can be trained on."""

    default_next_step = "look at the named example; the dataset has to be built again"


class CheckpointIncompatible(TrainerError):
    """A checkpoint or adapter belongs to another model or other settings."""

    default_next_step = "use an empty output_dir, or the model and settings that the checkpoint was made with"


class ModelUnreadable(TrainerError):
    """The model folder is missing, incomplete or of a kind that cannot be used here."""

    default_next_step = "give a local Hugging Face folder with config.json, *.safetensors and a tokenizer"


class OutOfMemory(TrainerError):
    """The device's memory does not hold the job."""

    default_next_step = "lower batch_size, max_tokens, slots or context_tokens, or take a machine with more memory"


class LossNotFinite(TrainerError):
    """The loss became NaN or infinite: more of the same would not mend it."""

    default_next_step = "lower learning_rate, or train with precision fp32"


class DeviceUnavailable(TrainerError):
    """The device asked for is not on this machine."""

    default_next_step = "run the gpu worker on a machine with CUDA, or ask for device cpu"


def typed(error: BaseException) -> TrainerError | None:
    """The typed form of what libraries raise in their own ways, or None for the unforeseen."""
    if isinstance(error, TrainerError):
        return error
    words = str(error).lower()
    is_memory = isinstance(error, MemoryError) or "out of memory" in words or "can't allocate memory" in words
    if is_memory or type(error).__name__ == "OutOfMemoryError":
        return OutOfMemory(str(error) or "out of memory")
    if isinstance(error, FileNotFoundError):
        return ConfigError(f"file not found: {error.filename}")
    return None
