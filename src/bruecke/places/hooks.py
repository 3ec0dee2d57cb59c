"""What `places` hands to the registries: its step of the demo."""

from bruecke.core.registries import DemoContext, DemoStep, demo


def load_places(context: DemoContext) -> None:
    """The register of Saxony as shipped."""
    from bruecke.places.importers import import_shipped_places

    import_shipped_places(context.now)


demo.register(DemoStep(key="places", load=load_places, order=5))
