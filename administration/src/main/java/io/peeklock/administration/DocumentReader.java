/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a document says a namespace has, and finds all that is wrong with it by itself.
 *
 * <p>Used by one thread, for one document.
 */
final class DocumentReader {
    private final Problems problems;

    private DocumentReader(Problems problems) {
        this.problems = problems;
    }

    /** What is right of it; what is not is a problem. */
    static Declaration read(JsonValue document, Problems problems) {
        return new DocumentReader(problems).declaration(document);
    }

    private Declaration declaration(JsonValue document) {
        Section namespace = namespace(document);
        List<Declaration.Queue> queues = new ArrayList<>();
        List<Declaration.Topic> topics = new ArrayList<>();
        if (namespace != null) {
            Names names = new Names();
            for (Section section : listed(namespace, "Queues")) {
                Declaration.Queue queue = queue(section, names);
                if (queue != null) {
                    queues.add(queue);
                }
            }
            names = new Names();
            for (Section section : listed(namespace, "Topics")) {
                Declaration.Topic topic = topic(section, names);
                if (topic != null) {
                    topics.add(topic);
                }
            }
            List<Declaration.Policy> policies = PolicyReader.read(namespace);
            namespace.end();
            return new Declaration(queues, topics, policies);
        }
        return Declaration.NOTHING;
    }

    private @Nullable Section namespace(JsonValue document) {
        Section root = Section.of("", document, problems);
        if (root == null) {
            return null;
        }
        // For editors: which schema the file follows.
        root.text("$schema");
        Section config = root.section("UserConfig");
        root.end();
        if (config == null) {
            if (problems.count() == 0) {
                problems.add("", root.at(), "the field UserConfig is missing");
            }
            return null;
        }
        Section logging = config.section("Logging");
        if (logging != null) {
            // The emulator's own affair: here slf4j's configuration says what is logged, and where.
            logging.text("Type");
            logging.end();
        }
        List<Section> namespaces = config.sections("Namespaces");
        config.end();
        if (namespaces == null || namespaces.size() != 1) {
            problems.add(
                    config.pathOf("Namespaces"),
                    config.at(),
                    "there is one namespace in a file, not " + (namespaces == null ? 0 : namespaces.size()));
            return null;
        }
        Section namespace = namespaces.get(0);
        // Whatever it is called there: it is applied to the namespace that is open.
        namespace.text("Name");
        return namespace;
    }

    private static List<Section> listed(Section in, String name) {
        List<Section> sections = in.sections(name);
        return sections == null ? List.of() : sections;
    }

    private Declaration.@Nullable Queue queue(Section section, Names names) {
        int before = problems.count();
        String name = section.requiredText("Name");
        Settings settings = Settings.read(section, EntityKind.QUEUE);
        List<Declaration.Policy> policies = PolicyReader.read(section);
        section.end();
        names.check(section, name);
        EntityDescription described =
                checked(section, before, () -> Describing.describe(QueueDescription.of(name), settings));
        return described == null
                ? null
                : new Declaration.Queue(described.path(), settings, policies, section.path(), section.at());
    }

    private Declaration.@Nullable Topic topic(Section section, Names names) {
        int before = problems.count();
        String name = section.requiredText("Name");
        Settings settings = Settings.read(section, EntityKind.TOPIC);
        List<Section> listed = listed(section, "Subscriptions");
        List<Declaration.Policy> policies = PolicyReader.read(section);
        section.end();
        names.check(section, name);
        EntityDescription described =
                checked(section, before, () -> Describing.describe(TopicDescription.of(name), settings));
        // They are looked at even if their topic is wrong: what is wrong with them is to be said too.
        List<Declaration.Subscription> subscriptions = new ArrayList<>();
        Names ownNames = new Names();
        for (Section one : listed) {
            Declaration.Subscription subscription = subscription(described == null ? "t" : name, one, ownNames);
            if (subscription != null) {
                subscriptions.add(subscription);
            }
        }
        return described == null
                ? null
                : new Declaration.Topic(
                        described.path(), settings, subscriptions, policies, section.path(), section.at());
    }

    private Declaration.@Nullable Subscription subscription(String topic, Section section, Names names) {
        int before = problems.count();
        String name = section.requiredText("Name");
        Settings settings = Settings.read(section, EntityKind.SUBSCRIPTION);
        List<Section> listed = section.sections("Rules");
        section.end();
        names.check(section, name);
        EntityDescription described = checked(
                section, before, () -> Describing.describe(SubscriptionDescription.of(topic, name), settings, true));
        EntityPath path = described == null ? EntityPath.subscription(topic, "s") : described.path();
        List<Declaration.Rule> rules = listed == null ? null : rules(path, listed);
        return described == null
                ? null
                : new Declaration.Subscription(path, settings, rules, section.path(), section.at());
    }

    private static List<Declaration.Rule> rules(EntityPath subscription, List<Section> listed) {
        List<Declaration.Rule> rules = new ArrayList<>();
        Names names = new Names();
        for (Section section : listed) {
            Declaration.Rule rule = RuleReader.read(subscription, section);
            if (rule != null) {
                names.check(section, rule.description().name());
                rules.add(rule);
            }
        }
        return rules;
    }

    /** Null if anything of it is wrong: then settings may seem to exclude each other that do not. */
    private @Nullable EntityDescription checked(Section section, int before, Supplier<EntityDescription> making) {
        return problems.count() > before ? null : problems.attempt(section.path(), section.at(), making);
    }

    /** Names of one list, each of which may be there once. */
    private static final class Names {
        private final Map<String, Position> seen = new HashMap<>();

        void check(Section section, String name) {
            Position at = section.at("Name");
            Position before = name.isEmpty() ? null : seen.putIfAbsent(name, at);
            if (before != null) {
                section.problems()
                        .add(
                                section.pathOf("Name"),
                                at,
                                "the name " + Problems.shown(name) + " is there twice, first in " + before);
            }
        }
    }
}
