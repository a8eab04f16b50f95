"""One process or several: which device each has, and how what they learn is brought together."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn

from ml.errors import PartEnded

# How long processes wait for one another: while the first one validates, the others do nothing.
PATIENCE = timedelta(hours=2)


def world() -> int:
    """Return how many processes `torchrun` has started for this run; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among those of the run, as `torchrun` numbers them; one alone without it.

    Every method but `autocast` has to be called by all of them, in the same order. When another one has
    ended, `PartEnded` says so.
    """

    rank: int
    world: int
    device: torch.device

    @classmethod
    def join(cls) -> "Processes":
        """Join the other processes where `torchrun` started several, over NCCL on GPUs and Gloo on CPUs."""
        count, rank = world(), int(os.environ.get("RANK", "0"))
        local = int(os.environ.get("LOCAL_RANK", "0"))
        gpus = torch.cuda.is_available()
        device = torch.device("cuda", local) if gpus else torch.device("cpu")
        if gpus:
            torch.cuda.set_device(device)
        if count > 1 and not distributed.is_initialized():
            distributed.init_process_group("nccl" if gpus else "gloo", timeout=PATIENCE)
        return cls(rank, count, device)

    def leave(self) -> None:
        """Part from the others, at the end of the run."""
        if self.world > 1:
            distributed.destroy_process_group()

    def autocast(self) -> AbstractContextManager[object]:
        """Return half precision where it is faster: bfloat16 on GPUs; CPUs gain nothing from it here."""
        if self.device.type != "cuda":
            return nullcontext()
        return torch.autocast("cuda", torch.bfloat16)

    def average_gradients(self, network: nn.Module) -> None:
        """Give every process the mean of all processes' gradients.

        The statistics of normalisations, which each process took from its own batches, are averaged as well:
        all processes hold the same network after every step.
        """
        if self.world == 1:
            return
        tensors = [buffer for buffer in network.buffers() if buffer.is_floating_point()]
        for parameter in network.parameters():
            if not parameter.requires_grad:
                continue
            # What had no part in a process's batch still has its share in the mean.
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            tensors.append(parameter.grad)
        self._average(tensors)

    def first(self, values: Sequence[float]) -> list[float]:
        """Return the values that the first process has; how many is the same in all."""
        if self.world == 1:
            return list(values)
        shared = torch.tensor(values, dtype=torch.float64, device=self.device)
        with _others():
            distributed.broadcast(shared, 0)
        return shared.tolist()

    def any(self, value: bool) -> bool:
        """Return whether it is true in any process."""
        return self._most(float(value)) > 0

    def same(self, value: int) -> bool:
        """Return whether the number is the same in all processes."""
        return self._most(value) == value == -self._most(-value)

    def _most(self, value: float) -> float:
        if self.world == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64, device=self.device)
        with _others():
            distributed.all_reduce(shared, distributed.ReduceOp.MAX)
        return shared.item()

    def _average(self, tensors: list[Tensor]) -> None:
        # One message for all is faster than hundreds of small ones.
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        with _others():
            distributed.all_reduce(flat)
        flat /= self.world
        means = torch.split(flat, [tensor.numel() for tensor in tensors])
        for tensor, mean in zip(tensors, means, strict=True):
            tensor.copy_(mean.view_as(tensor))


@contextmanager
def _others() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        message = "Another process of this run has ended; its own message says why. Start the run again."
        raise PartEnded(message) from error
