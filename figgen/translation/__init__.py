"""Messages, numbers and typography in the reader's language, for figures and handouts alike."""

from figgen.translation.translator import SOURCE_LANGUAGE, Translator

__all__ = ["SOURCE_LANGUAGE", "Translator"]
