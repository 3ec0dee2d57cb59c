"""What `vocabulary` hands to the registries: its step of the demo."""

from bruecke.core.registries import DemoContext, DemoStep, demo
from bruecke.vocabulary.importers import load_shipped_vocabulary


def load_vocabulary(context: DemoContext) -> None:
    """Topics and languages as shipped."""
    load_shipped_vocabulary(context.now)


demo.register(DemoStep(key="vocabulary", load=load_vocabulary, order=6))
