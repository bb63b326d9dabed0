"""Edits as authors make them: what a card was, what it became, and whether it is still the same card.

`SAME` are edits of one card. `OTHER` are cards that were deleted, with one that was added in their place.
A cloze is written with its deletions in braces; everything else is a question and an answer, or a word and its meaning.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Edit(NamedTuple):
    kind: str
    before: tuple[str, str]
    after: tuple[str, str]


def _qa(before: str, answer: str, after: str, new_answer: str | None = None) -> Edit:
    return Edit("qa", (before, answer), (after, answer if new_answer is None else new_answer))


def _word(before: str, meaning: str, after: str, new_meaning: str | None = None) -> Edit:
    return Edit("vocabulary:fr", (before, meaning), (after, meaning if new_meaning is None else new_meaning))


def _cloze(before: str, after: str) -> Edit:
    return Edit("cloze", (before, ""), (after, ""))


SAME: Final = (
    # a typo in the question
    _qa("Quelle est la capitle du Kazakhstan ?", "Astana", "Quelle est la capitale du Kazakhstan ?"),
    _qa("Who wrote *The Trail* in 1925?", "Franz Kafka", "Who wrote *The Trial* in 1925?"),
    _qa("En quelle année meurt Napléon ?", "1821", "En quelle année meurt Napoléon ?"),
    _qa("What does the mitochondria produce?", "ATP", "What do mitochondria produce?"),
    # a typo in the answer
    _qa("Quel drone produit l'Iran ?", "Le Shaed-136", "Quel drone produit l'Iran ?", "Le Shahed-136"),
    _qa("Who discovered penicillin?", "Alexander Flemming", "Who discovered penicillin?", "Alexander Fleming"),
    # a reworded question, a short answer
    _qa("Quelle est la capitale de l'Australie ?", "Canberra", "Quelle ville est la capitale de l'Australie ?"),
    _qa("What is the boiling point of nitrogen?", "−196 °C", "At what temperature does nitrogen boil?"),
    _qa("Qui commande le groupe Wagner ?", "Prigojine", "Qui commandait le groupe Wagner ?"),
    _qa("Quel est l'autre nom du Shahed-136 ?", "Geran-2", "Sous quel autre nom connaît-on le Shahed-136 ?"),
    _qa("Which protein carries oxygen?", "Haemoglobin", "Which protein carries oxygen in the blood?"),
    _qa("Quel organe produit l'insuline ?", "Le pancréas", "Quel organe sécrète l'insuline ?"),
    _qa("When was the UN founded?", "1945", "When was the United Nations founded?"),
    _qa("Who was the first man on the Moon?", "Neil Armstrong", "Who was first to walk on the Moon?"),
    # a reworded question, a long answer
    _qa(
        "Pourquoi la Russie achète-t-elle des obus ?",
        "Parce que sa production ne couvre pas sa consommation au front.",
        "Quelle raison pousse Moscou à importer des munitions ?",
    ),
    _qa(
        "What is a monad?",
        "A monoid in the category of endofunctors, with unit and bind.",
        "Define *monad*, as a functional programmer would.",
    ),
    _qa(
        "Effet de serre ?",
        "Le piégeage du rayonnement infrarouge par certains gaz.",
        "Qu'appelle-t-on l'effet de serre ?",
    ),
    _qa(
        "Explain TCP slow start.",
        "The congestion window doubles each round trip until a loss or the threshold.",
        "How does slow start in TCP work?",
    ),
    # an answer corrected or completed
    _qa("What is the population of Iceland?", "330,000", "What is the population of Iceland?", "About 390,000 (2024)"),
    _qa("Capitale de l'Indonésie ?", "Jakarta", "Capitale de l'Indonésie ?", "Nusantara, depuis 2024"),
    _qa("Combien de drones par mois ?", "2 700", "Combien de drones par mois ?", "5 000, selon l'article"),
    _qa("Which port does SSH use?", "23", "Which port does SSH use?", "22"),
    _qa("Qu'est-ce que l'OTAN ?", "Une alliance", "Qu'est-ce que l'OTAN ?", "Une alliance militaire fondée en 1949"),
    # a number, a code word or a name corrected in the question
    _qa(
        "Que vise l'accord de 2014 ?",
        "Un cessez-le-feu et le retrait des armes lourdes.",
        "Que vise l'accord de 2015 ?",
    ),
    _qa(
        "What does `git rebase -i` do?",
        "It lets you edit, squash, drop and reorder commits.",
        "What does `git rebase --interactive` do?",
    ),
    _qa("Quelle est la portée du KN-32 ?", "690 km", "Quelle est la portée du KN-23 ?"),
    _qa("Who leads Turkey?", "Erdoğan", "Who leads Türkiye?"),
    _qa("Quand Kiev est-elle fondée ?", "482", "Quand Kyïv est-elle fondée ?"),
    # both edited
    _qa(
        "Quels sont les effets de l'inflation ?",
        "Elle réduit le pouvoir d'achat des ménages.",
        "Quels sont les effets de l'inflation sur les ménages ?",
        "Elle réduit leur pouvoir d'achat et leur épargne.",
    ),
    _qa("What is entropy ?", "A measure of disorder", "What is entropy in physics?", "A measure of the disorder"),
    _qa("Qui a peint Guernica ?", "Pablo Picaso", "Qui a peint le tableau Guernica ?", "Pablo Picasso"),
    _qa(
        "Why is the sky bleu?",
        "Rayleigh scattering: short wave lengths scatter more.",
        "Why is the sky blue?",
        "Rayleigh scattering: short wavelengths scatter more.",
    ),
    _qa(
        "Combien de drones par mois la Russie produit-elle ?",
        "2 700",
        "Combien de drones par mois la Russie produit-elle aujourd'hui ?",
        "Plus de 5 000",
    ),
    _qa("Quelle langue parle t-on au Brésil ?", "portugais", "Quelle langue parle-t-on au Brésil ?", "Le portugais"),
    _qa("What is the powerhouse of the cell?", "mitochondria", "What is the power house of a cell?", "Mitochondrion"),
    # vocabulary
    _word("acceuil", "welcome", "accueil"),
    _word("maison", "house", "la maison"),
    _word("le chat", "cat", "le chat", "cat (animal)"),
    _word("apercevoir", "to notice", "s'apercevoir", "to notice, to realize"),
    _word("language", "language", "langage", "language"),
    _word("dévelloper", "to develop", "développer", "to develop, to expand"),
    _word("Jeu vidéo", "video game", "jeu vidéo"),
    _word("voler", "to fly", "voler", "to fly (through the air)"),
    # clozes
    _cloze("La cadence visée est de {5 000} drones.", "La cadence visée est de {5 500} drones."),
    _cloze("Le {Shahed-136} vient d'{Iran}.", "Le {Shahed-136} vient de l'{Iran}."),
    _cloze("{Paris} est la capitale de la France.", "{Paris} est la capitale de la France depuis 987."),
    _cloze("Water boils at {100} °C.", "Water boils at {100} °C at sea level."),
    _cloze("La guerre commence en {1913} et finit en {1918}.", "La guerre commence en {1914} et finit en {1918}."),
    _cloze("DNA is made of {nucleotydes}.", "DNA is made of {nucleotides}."),
    _cloze("Le traité est signé à {Vienne}.", "Le traité est signé à {Versailles}."),
    _cloze("The heart has {four} chambers.", "The human heart has {four} chambers."),
    _cloze("La loi de {1905} sépare l'Église et l'État.", "La loi de {1905} sépare {l'Église et l'État}."),
    # written after the rules were set, to see whether they hold
    _qa(
        "Quel traité met fin à la guerre de Trente Ans ?",
        "Les traités de Westphalie",
        "Quels traités mettent fin à la guerre de Trente Ans ?",
    ),
    _qa("What is the time complexity of binary search?", "O(log n)", "What's the complexity of binary search?"),
    _qa("Comment dit-on « pomme » en russe ?", "яблоко", "Comment dit-on « une pomme » en russe ?"),
    _qa("Which HTTP status means Not Found?", "404", "Which HTTP status code stands for Not Found?"),
    _qa("Qui a écrit Salammbô ?", "Flaubert", "Qui a écrit Salammbô ?", "Gustave Flaubert"),
    _qa(
        "Qu'est-ce qu'un ostinato ?",
        "Un motif obstinément répété",
        "Qu'est-ce qu'un ostinato en musique ?",
        "Un motif répété obstinément",
    ),
    _qa("What is the derivative of $\\sin x$?", "$\\cos x$", "Derivative of $\\sin x$?"),
    _qa(
        "What does the GIL protect?", "Interpreter state", "What does CPython's GIL protect?", "The interpreter's state"
    ),
    _qa("Wie heißt die Haupstadt von Peru?", "Lima", "Wie heißt die Hauptstadt von Peru?"),
    _qa("When did the Berlin Wall fall?", "1989", "When did the Berlin wall come down?"),
    _qa("Quelle est la formule de l'eau ?", "H2O", "Quelle est la formule chimique de l'eau ?"),
    _qa(
        "Why do leaves turn red in autumn?",
        "Anthocyanins are made as chlorophyll breaks down.",
        "Where does the red of autumn leaves come from?",
    ),
    _qa(
        "Rôle des ribosomes ?",
        "Ils synthétisent les protéines.",
        "Quel est le rôle des ribosomes ?",
        "Ils synthétisent les protéines à partir de l'ARNm.",
    ),
    _qa("Which bone is the longest?", "The femur", "Which bone is the longest in the human body?"),
    _qa(
        "Quelle est la vitesse de la lumière ?",
        "300 000 km/s",
        "Quelle est la vitesse de la lumière dans le vide ?",
        "299 792 km/s",
    ),
    _word("le travaille", "work", "le travail"),
    _word("jolie", "pretty", "joli"),
    _word("la voiture", "car", "la voiture", "car, carriage"),
    _cloze("La pile est {LIFO}.", "Une pile est {LIFO}."),
    _cloze("{Mitose} : division en deux cellules.", "{La mitose} : division en deux cellules identiques."),
    _cloze("The {Treaty of Rome} was signed in {1956}.", "The {Treaty of Rome} was signed in {1957}."),
    _qa("Quel muscle sépare le thorax de l'abdomen ?", "Le diaphragme", "Quel muscle separe le thorax et l'abdomen ?"),
    _qa("What is the default port of PostgreSQL?", "5432", "Which port does PostgreSQL listen on by default?"),
    _qa("Qui fonde Québec en 1608 ?", "Samuel de Champlain", "Qui a fondé Québec en 1608 ?"),
    _qa(
        "Définition d'un nombre premier",
        "Un entier qui a exactement deux diviseurs",
        "Quelle est la définition d'un nombre premier ?",
        "Un entier naturel qui a exactement deux diviseurs",
    ),
    _qa("What is Big-O of quicksort's worst case?", "O(n²)", "What is the Big-O of quicksort in the worst case?"),
    _qa("Wer schrieb Faust?", "Goethe", "Wer schrieb Faust?", "Johann Wolfgang von Goethe"),
    _qa("List the noble gases.", "He, Ne, Ar, Kr, Xe", "List the noble gases.", "He, Ne, Ar, Kr, Xe, Rn, Og"),
    _qa("Is glass a liquid?", "No", "Is glass a liquid?", "No, an amorphous solid"),
    _qa("Le verre est il un liquide ?", "non", "Le verre est-il un liquide ?"),
    _qa("How does a vaccine work?", "It trains the immune system with a harmless antigen", "How do vaccines work?"),
    _word("el prolbema", "problem", "el problema"),
    _word("courrir", "to run", "courir"),
    _word("beau", "beautiful", "beau, belle"),
    _cloze("La {photosynthese} produit du {glucose}.", "La {photosynthèse} produit du {glucose}."),
    _cloze("{E = mc²} relie masse et énergie.", "{E = mc²} relie la masse et l'énergie."),
    # what users lost: moved with a typo, or asked in other words altogether for the same short answer
    _qa("Who wrote the Divine Comedy?", "Dante Alighieri", "Who wrote the Divine Comedies?"),
    _word("to come", "venire", "to come (by train)"),
    _word("to go (on foot)", "andare", "to go by foot", "andare (a piedi)"),
    _qa("When was Italy unified?", "In **1861**", "In which year did Italy become one state?"),
    _qa("Capital of Liguria?", "Genova", "Which city is the seat of the Ligurian government?"),
    _qa("Past participle of *scrivere*?", "**scritto**", "How do you say “written” in Italian?"),
    _qa("*to go* in Italian", "**andare**", "How do you say *to go*?"),
    _qa("Symbole du tungstène ?", "Wolfram", "D'où vient le W du tableau périodique ?"),
    _qa("Quelle molécule stocke l'énergie ?", "ATP", "De quoi un muscle se nourrit-il d'abord ?"),
    _qa("Fondateur de Rome ?", "Romulus", "Quel frère de Rémus fonda une ville ?"),
    _word("la gare routière", "bus station", "la gare routière (cars)", "coach station"),
    _cloze("{Cavour} unifie l'Italie.", "L'unité italienne est l'œuvre de {Cavour}."),
)

OTHER: Final = (
    # another name in the same pattern
    _qa("Quelle est la capitale du Niger ?", "Niamey", "Quelle est la capitale du Nigeria ?", "Abuja"),
    _qa(
        "Quelle est la langue officielle du Niger ?",
        "Le français",
        "Quelle est la langue officielle du Nigeria ?",
        "L'anglais",
    ),
    _qa("Quelle est la capitale du Tchad ?", "N'Djaména", "Quelle est la capitale du Mali ?", "Bamako"),
    _qa("What is the capital of Austria?", "Vienna", "What is the capital of Australia?", "Canberra"),
    _qa("Quelle est la capitale de l'Iran ?", "Téhéran", "Quelle est la capitale de l'Irak ?", "Bagdad"),
    _qa("Who was president of Iraq in 1990?", "Saddam Hussein", "Who was president of Iran in 1990?", "Rafsanjani"),
    _qa(
        "Quelle est la monnaie du Soudan ?",
        "La livre soudanaise",
        "Quelle est la monnaie du Soudan du Sud ?",
        "La livre sud-soudanaise",
    ),
    _qa("What is the symbol of sodium?", "Na", "What is the symbol of silicon?", "Si"),
    # another code word
    _qa(
        "What does `git reset --soft` do?",
        "It moves HEAD and keeps the index and the working tree.",
        "What does `git reset --hard` do?",
        "It moves HEAD and resets the index and the working tree.",
    ),
    _qa("Does `git reset --soft` touch the index?", "No", "Does `git reset --hard` touch the reflog?", "No"),
    _qa("What does `ls -a` list?", "Hidden files too", "What does `ls -l` list?", "Files in the long form"),
    _qa(
        "What does str.lstrip() remove?",
        "Leading white space",
        "What does str.rstrip() remove?",
        "Trailing white space",
    ),
    # another number
    _qa("Combien font 7 × 8 ?", "56", "Combien font 2 × 28 ?", "56"),
    _qa("Combien font 7 × 8 ?", "56", "Combien font 7 × 9 ?", "63"),
    _qa("What happened in 1914?", "The First World War began", "What happened in 1939?", "The Second World War began"),
    _qa("Quel traité est signé en 1918 ?", "Brest-Litovsk", "Quel traité est signé en 1919 ?", "Versailles"),
    # the opposite
    _qa(
        "Quelle est la conséquence d'une hausse des taux ?",
        "L'inflation recule et le chômage monte.",
        "Quelle est la conséquence d'une baisse des taux ?",
        "L'inflation monte et le chômage recule.",
    ),
    _qa("What is the advantage of TCP?", "It is reliable", "What is the disadvantage of TCP?", "It is slow"),
    _qa(
        "What is the main advantage of TCP over UDP?",
        "It delivers data reliably and in order.",
        "What is the main disadvantage of TCP over UDP?",
        "It delivers data late, as it is in order.",
    ),
    _qa(
        "Which salts are soluble in water?",
        "Nitrates, acetates",
        "Which salts are insoluble in water?",
        "Sulfides, acetates",
    ),
    _qa(
        "What does an artery carry?", "Blood away from the heart", "What does a vein carry?", "Blood towards the heart"
    ),
    _qa("Quel est le plus grand océan ?", "Le Pacifique", "Quel est le plus petit océan ?", "L'Arctique"),
    # the same short answer to something else
    _qa("En quelle année commence la Première Guerre mondiale ?", "1914", "En quelle année meurt Jaurès ?", "1914"),
    _qa("Le sodium est-il un métal ?", "oui", "La Russie produit-elle des drones ?", "oui"),
    _qa("Quelle ville accueille les Jeux de 2024 ?", "Paris", "Quelle est la capitale de la France ?", "Paris"),
    _qa("Which planet is the hottest?", "Venus", "Which goddess rose from the sea?", "Venus"),
    _qa("Who wrote Emma?", "Jane Austen", "Who wrote Persuasion?", "Jane Austen"),
    # nothing in common but the language
    _qa("Quel organe filtre le sang ?", "Le rein", "Quel peintre se coupe l'oreille ?", "Van Gogh"),
    _qa("What is a closure?", "A function with its environment", "What is a lemma?", "A helping theorem"),
    # vocabulary
    _word("affable", "kind", "aimable"),
    _word("chat", "cat", "chas", "eye of a needle"),
    _word("poisson", "fish", "poison", "poison"),
    _word("dessert", "dessert", "désert", "desert"),
    _word("cousin", "cousin", "coussin", "cushion"),
    _word("grand", "big", "gros", "big"),
    _word("fabrique", "factory", "usine", "factory"),
    _word("ver", "worm", "vers", "towards"),
    # clozes
    _cloze("{Oslo} est la capitale de la {Norvège}.", "{Riga} est la capitale de la {Lettonie}."),
    _cloze("{Rome} est la capitale de {l'Italie}.", "{Lima} est la capitale de {le Pérou}."),
    _cloze("{Sodium} is an alkali metal.", "{Neon} is a noble gas."),
    _cloze("The symbol of {gold} is {Au}.", "The symbol of {silver} is {Ag}."),
    # written after the rules were set, to see whether they hold
    _qa("Sur quel continent se trouve le Tchad ?", "Afrique", "Sur quel continent se trouve le Mali ?", "Afrique"),
    _qa("Qui a écrit Les Misérables ?", "Victor Hugo", "Qui a écrit Notre-Dame de Paris ?", "Victor Hugo"),
    _qa("Which HTTP status means Not Found?", "404", "Which HTTP status means Forbidden?", "403"),
    _qa("What is the derivative of $\\sin x$?", "$\\cos x$", "What is the derivative of $\\cos x$?", "$-\\sin x$"),
    _qa("Comment dit-on « pomme » en russe ?", "яблоко", "Comment dit-on « poire » en russe ?", "груша"),
    _qa("Who painted The Night Watch?", "Rembrandt", "Who painted The Milkmaid?", "Vermeer"),
    _qa("Which hormone lowers blood sugar?", "Insulin", "Which hormone raises blood sugar?", "Glucagon"),
    _qa(
        "What does the sympathetic nervous system do to the pupil?",
        "It dilates the pupil.",
        "What does the parasympathetic nervous system do to the pupil?",
        "It constricts the pupil.",
    ),
    _qa("Quel acide est dans le citron ?", "L'acide citrique", "Quel acide est dans le vinaigre ?", "L'acide acétique"),
    _qa("What is the plural of mouse?", "mice", "What is the plural of louse?", "lice"),
    _qa("What is the past tense of sing?", "sang", "What is the past tense of sink?", "sank"),
    _qa("Is a whale a mammal?", "Yes", "Is a bat a mammal?", "Yes"),
    _qa("La baleine est-elle un mammifère ?", "oui", "La chauve-souris est-elle un mammifère ?", "oui"),
    _qa("How many legs has a spider?", "eight", "How many arms has an octopus?", "eight"),
    _qa("Quel est le symbole du cuivre ?", "Cu", "Quel est le symbole du cobalt ?", "Co"),
    _qa(
        "Define systolic pressure.",
        "The pressure in arteries while the heart contracts.",
        "Define diastolic pressure.",
        "The pressure in arteries while the heart relaxes.",
    ),
    _qa(
        "Which side of the heart pumps to the lungs?",
        "The right side",
        "Which side of the heart pumps to the body?",
        "The left side",
    ),
    _word("la mère", "mother", "la mer", "sea"),
    _word("le père", "father", "la paire", "pair"),
    _word("rapide", "fast", "rapidement", "fast"),
    _word("dessous", "below", "dessus", "above"),
    _cloze("{Insulin} lowers blood sugar.", "{Glucagon} raises blood sugar."),
    _qa("Which phase follows prophase?", "Metaphase", "Which phase follows metaphase?", "Anaphase"),
    _qa(
        "What is mitosis?", "Division into two identical cells", "What is meiosis?", "Division into four haploid cells"
    ),
    _qa(
        "Qu'est-ce qu'une allitération ?",
        "La répétition d'une consonne",
        "Qu'est-ce qu'une assonance ?",
        "La répétition d'une voyelle",
    ),
    _qa("What is hypotension?", "Low blood pressure", "What is hypertension?", "High blood pressure"),
    _qa("Quelle est la charge de l'ion nitrate ?", "−1", "Quelle est la charge de l'ion nitrite ?", "−1"),
    _qa(
        "What are afferent neurons?",
        "Neurons that carry signals to the brain",
        "What are efferent neurons?",
        "Neurons that carry signals from the brain",
    ),
    _qa("Which enzyme digests starch?", "Amylase", "Which enzyme digests fat?", "Lipase"),
    _qa("Wie lautet der Artikel von Tisch?", "der", "Wie lautet der Artikel von Stuhl?", "der"),
    _qa("Quel est le féminin de acteur ?", "actrice", "Quel est le féminin de auteur ?", "autrice"),
    _qa(
        "What does `map` return?",
        "An iterator over the results",
        "What does `filter` return?",
        "An iterator over the items kept",
    ),
    _qa(
        "What does malloc return?",
        "A pointer to uninitialised memory",
        "What does calloc return?",
        "A pointer to zeroed memory",
    ),
    _qa("Is zero even?", "Yes", "Is zero positive?", "No"),
    _qa(
        "Who commanded the French fleet at Trafalgar?",
        "Villeneuve",
        "Who commanded the British fleet at Trafalgar?",
        "Nelson",
    ),
    _qa("In which year did the First World War end?", "1918", "In which year did the Spanish flu begin?", "1918"),
    _qa(
        "Give the first law of thermodynamics.",
        "Energy is conserved in a closed system.",
        "Give the second law of thermodynamics.",
        "Entropy never decreases in a closed system.",
    ),
    _qa(
        "Quel gaz les plantes absorbent-elles ?",
        "Le dioxyde de carbone",
        "Quel gaz les plantes rejettent-elles ?",
        "Le dioxygène",
    ),
    _word("la poêle", "frying pan", "le poêle", "stove"),
    _word("la tour", "tower", "le tour", "turn"),
    _word("pécher", "to sin", "pêcher", "to fish"),
    _word("to lie", "mentir", "to lay", "poser"),
    _cloze("{Mercury} is the closest planet to the Sun.", "{Neptune} is the farthest planet from the Sun."),
    _cloze("Le {cœur} pompe le {sang}.", "Le {rein} filtre le {sang}."),
    # the same rare answer, or much the same question, to something else
    _qa("Capital of Liguria?", "Genova", "Where was Christopher Columbus born?"),
    _qa("Past participle of *scrivere*?", "**scritto**", "Past participle of *leggere*?", "**letto**"),
    _qa("*to go* in Italian", "**andare**", "*to do* in Italian", "**fare**"),
    _qa("*to go* in Italian", "**andare**", "First conjugation, irregular: which verb?"),
    _qa("When was Italy unified?", "In **1861**", "When was Germany unified?", "In **1871**"),
    _qa("Who wrote the Divine Comedy?", "Dante", "Who wrote the Human Comedy?", "Balzac"),
    _qa("Who wrote the *Divine Comedy*?", "Dante", "Who wrote *La Vita Nuova*?"),
    _word("to go (on foot)", "andare", "to go (by car)", "andare in macchina"),
    _word("la gare", "station", "la station", "station"),
    _cloze("{Cavour} unifie l'Italie.", "{Bismarck} unifie l'Allemagne."),
    # an answer that begins like the old one, to something else
    _qa("Is aspirin safe for cats?", "No", "Is ibuprofen safe for cats?", "No, it harms the kidneys."),
    _qa("How many legs has an ant?", "6", "How many sides has a cube?", "6, all of them squares"),
    _qa("What is the atomic number of neon?", "10", "What is the atomic mass of boron?", "10.8"),
    _word("louer", "to rent", "louer", "to praise"),
)
