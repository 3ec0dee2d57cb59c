"""What `places` hands to the registries: its steps of the demo."""

from bruecke.core.registries import DemoStage, DemoStep, demo
from bruecke.places.demo import load_places, plan_merger

demo.register(DemoStep(key="places", load=load_places, stages=frozenset(DemoStage), order=5))
demo.register(DemoStep(key="places.year", load=plan_merger, stages=frozenset({DemoStage.YEAR}), order=15))
