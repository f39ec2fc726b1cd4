"""Facts: what the engine has decided. Each is true from then on; replaying them gives the state.

A fact that only one act causes is defined beside that act, in `engine.acts`.
"""

from engine.facts.base import Fact as Fact
from engine.facts.clock_facts import *
from engine.facts.link_facts import *
from engine.facts.notice_facts import *
from engine.facts.parties import *
from engine.facts.parts import *
from engine.facts.request_facts import *
from engine.facts.stop_facts import *
from engine.facts.task_facts import *
from engine.facts.whole_case import *
