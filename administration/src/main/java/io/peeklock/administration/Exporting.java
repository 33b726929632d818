/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Writes what is there as a file that {@link DocumentReader} reads, every setting of it; not temporary entities, nor
 * subscriptions that applications made, which they make anew.
 *
 * <p>Used by one thread, for one file. The same namespace gives the same text.
 */
final class Exporting {
    /** The only name that the emulator allows. */
    private static final String NAMESPACE = "sbemulatorns";

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private final Snapshot there;
    private final boolean withKeys;
    private final JsonGenerator out;

    private Exporting(Snapshot there, boolean withKeys, JsonGenerator out) {
        this.there = there;
        this.withKeys = withKeys;
        this.out = out;
    }

    static String text(Snapshot there, boolean withKeys) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(new Indented(), text)) {
            new Exporting(there, withKeys, out).document();
        }
        return text.append('\n').toString();
    }

    private void document() {
        out.writeStartObject();
        out.writeObjectPropertyStart("UserConfig");
        out.writeArrayPropertyStart("Namespaces");
        out.writeStartObject();
        out.writeStringProperty("Name", NAMESPACE);
        out.writeArrayPropertyStart("Queues");
        there.queues().stream().filter(Exporting::isLasting).forEach(this::queue);
        out.writeEndArray();
        out.writeArrayPropertyStart("Topics");
        there.topics().stream().filter(Exporting::isLasting).forEach(this::topic);
        out.writeEndArray();
        policies(null);
        out.writeEndObject();
        out.writeEndArray();
        out.writeObjectPropertyStart("Logging");
        out.writeStringProperty("Type", "Console");
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndObject();
    }

    private static boolean isLasting(EntityDescription entity) {
        return !entity.temporary();
    }

    private void queue(QueueDescription queue) {
        out.writeStartObject();
        out.writeStringProperty("Name", queue.name());
        settings(Describing.settings(queue));
        policies(queue.path());
        out.writeEndObject();
    }

    private void topic(TopicDescription topic) {
        out.writeStartObject();
        out.writeStringProperty("Name", topic.name());
        settings(Describing.settings(topic));
        policies(topic.path());
        out.writeArrayPropertyStart("Subscriptions");
        there.subscriptionsOf(topic.name()).stream()
                .filter(one -> isLasting(one) && !one.madeByApplication())
                .forEach(this::subscription);
        out.writeEndArray();
        out.writeEndObject();
    }

    /** None are no empty list: applied to another namespace, that would take away its own. */
    private void policies(@Nullable EntityPath owner) {
        if (there.policiesOf(owner).isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart(PolicyReader.FIELD);
        for (AccessPolicy policy : there.policiesOf(owner)) {
            out.writeStartObject();
            out.writeStringProperty("Name", policy.name());
            out.writeObjectPropertyStart("Properties");
            out.writeArrayPropertyStart("Rights");
            policy.claims().forEach(claim -> out.writeString(PolicyReader.RIGHTS.get(claim)));
            out.writeEndArray();
            if (withKeys) {
                key("PrimaryKey", policy.primaryKey());
                key("SecondaryKey", policy.secondaryKey());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void key(String name, @Nullable AccessKey key) {
        if (key != null) {
            out.writeStringProperty(name, key.text());
        }
    }

    private void subscription(SubscriptionDescription subscription) {
        List<RuleDescription> rules = there.rulesOf(subscription.path());
        out.writeStartObject();
        out.writeStringProperty("Name", subscription.name());
        Map<Field, Object> settings = Describing.settings(subscription);
        if (rules.isEmpty()) {
            settings.put(Field.DEFAULT_RULE, false);
        }
        settings(settings);
        out.writeArrayPropertyStart("Rules");
        if (rules.size() != 1 || !RulePlanning.isDefault(rules.get(0))) {
            rules.forEach(this::rule);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void settings(Map<Field, Object> settings) {
        for (String section : new String[] {Field.AZURE_SECTION, Field.OWN_SECTION}) {
            if (settings.keySet().stream().noneMatch(field -> field.section().equals(section))) {
                continue;
            }
            out.writeObjectPropertyStart(section);
            settings.forEach((field, value) -> {
                if (field.section().equals(section)) {
                    out.writeName(field.jsonName());
                    field.format().write(out, value);
                }
            });
            out.writeEndObject();
        }
    }

    private void rule(RuleDescription rule) {
        out.writeStartObject();
        out.writeStringProperty("Name", rule.name());
        out.writeObjectPropertyStart("Properties");
        filter(rule.filter());
        String action = rule.action();
        if (action != null) {
            out.writeObjectPropertyStart("Action");
            out.writeStringProperty("SqlExpression", action);
            out.writeEndObject();
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void filter(RuleFilter filter) {
        if (filter instanceof TrueFilter) {
            sql(RuleReader.TRUE_EXPRESSION, Map.of());
        } else if (filter instanceof FalseFilter) {
            sql(RuleReader.FALSE_EXPRESSION, Map.of());
        } else if (filter instanceof SqlFilter sql) {
            sql(sql.expression(), sql.parameters());
        } else if (filter instanceof CorrelationFilter correlation) {
            correlation(correlation);
        } else if (filter instanceof SelectorFilter selector) {
            out.writeStringProperty("FilterType", RuleReader.SELECTOR);
            out.writeObjectPropertyStart("SelectorFilter");
            optional("Selector", selector.filter().selector());
            optional("NoLocalConnection", selector.filter().noLocalConnection());
            optional("NoLocalClientId", selector.filter().noLocalClientId());
            out.writeEndObject();
        }
    }

    private void sql(String expression, Map<String, Object> parameters) {
        out.writeStringProperty("FilterType", RuleReader.SQL);
        out.writeObjectPropertyStart("SqlFilter");
        out.writeStringProperty("SqlExpression", expression);
        if (!parameters.isEmpty()) {
            out.writeName("Parameters");
            PropertyValues.write(out, parameters);
        }
        out.writeEndObject();
    }

    private void correlation(CorrelationFilter filter) {
        out.writeStringProperty("FilterType", RuleReader.CORRELATION);
        out.writeObjectPropertyStart("CorrelationFilter");
        optional("ContentType", filter.contentType());
        optional("CorrelationId", filter.correlationId());
        optional("Label", filter.label());
        optional("MessageId", filter.messageId());
        optional("ReplyTo", filter.replyTo());
        optional("ReplyToSessionId", filter.replyToSessionId());
        optional("SessionId", filter.sessionId());
        optional("To", filter.to());
        if (!filter.properties().isEmpty()) {
            out.writeName("Properties");
            PropertyValues.write(out, filter.properties());
        }
        out.writeEndObject();
    }

    private void optional(String name, @Nullable String value) {
        if (value != null) {
            out.writeStringProperty(name, value);
        }
    }

    /** Two spaces a level, and the same line ends everywhere. */
    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
