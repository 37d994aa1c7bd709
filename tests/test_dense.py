"""Packed matrix products against torch's own."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import gelu, linear
from transformers import BertConfig, BertForSequenceClassification

from biasscore.models import dense
from biasscore.models.dense import Dense, PackedLinear, pack, unpack


@pytest.mark.parametrize("activated", [False, True])
@pytest.mark.parametrize("rows", [1, 64, 100])
def test_a_packed_product_is_the_product(rows: int, activated: bool) -> None:
    torch.manual_seed(rows)
    weight, bias, table = torch.randn(48, 32), torch.randn(48), torch.randn(rows, 32)
    product = linear(table, weight, bias)
    with torch.inference_mode():
        found = Dense.of(weight, bias, activated=activated)(table)
    assert torch.allclose(found, gelu(product) if activated else product, atol=1e-4)


def test_other_formats_are_not_packed() -> None:
    half = Dense.of(torch.randn(4, 3).to(torch.bfloat16), torch.zeros(4, dtype=torch.bfloat16))
    assert not half.packed
    assert half(torch.randn(2, 3).to(torch.bfloat16)).dtype is torch.bfloat16


def test_without_the_functions_everything_works_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "_can_pack", lambda: False)
    weight, bias, table = torch.randn(4, 3), torch.randn(4), torch.randn(5, 3)
    assert torch.equal(Dense.of(weight, bias, activated=True)(table), gelu(linear(table, weight, bias)))
    network = _network()
    pack(network)
    assert not any(isinstance(module, PackedLinear) for module in network.modules())


def test_a_network_is_packed_and_unpacked() -> None:
    network = _network()
    before = {name: type(module) for name, module in network.named_modules()}
    ids = torch.tensor([[2, 5, 7, 9, 3]])
    with torch.inference_mode():
        wanted = network(ids).logits
        pack(network)
        assert torch.allclose(network(ids).logits, wanted, atol=1e-5)
        assert not any(type(module) is torch.nn.Linear for module in network.modules())
        activated = [m for m in network.modules() if isinstance(m, PackedLinear) and m.dense.activated]
        assert len(activated) == network.config.num_hidden_layers
        unpack(network)
        assert {name: type(module) for name, module in network.named_modules()} == before
        assert torch.equal(network(ids).logits, wanted)


def _network() -> BertForSequenceClassification:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=20, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, num_labels=3
    )
    return BertForSequenceClassification(config).eval()
