/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.rule.SqlAction;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads rules of subscriptions, and whether their SQL can be read (rules R3, R4, R6, R7).
 *
 * <p>Has no state; any thread.
 */
final class RuleReader {
    static final String CORRELATION = "Correlation";
    static final String SQL = "Sql";
    /** Ours: what a message selector of Jakarta Messaging takes. */
    static final String SELECTOR = "Selector";
    /** The expressions as which Azure knows the true and the false filter. */
    static final String TRUE_EXPRESSION = "1=1";

    static final String FALSE_EXPRESSION = "1=0";

    private RuleReader() {}

    /** Null if something is wrong with it, which is a problem then. */
    static Declaration.@Nullable Rule read(EntityPath subscription, Section rule) {
        Problems problems = rule.problems();
        int before = problems.count();
        String name = rule.requiredText("Name");
        Section properties = rule.section("Properties");
        rule.end();
        if (properties == null) {
            if (problems.count() == before) {
                problems.add(rule.path(), rule.at(), "the field Properties is missing");
            }
            return null;
        }
        RuleFilter filter = filter(properties);
        Section action = properties.section("Action");
        String sql = action == null ? null : action(action);
        properties.end();
        if (filter == null || problems.count() > before) {
            return null;
        }
        RuleDescription description = problems.attempt(
                rule.path(),
                rule.at(),
                () -> new RuleDescription(
                        subscription.name(), String.valueOf(subscription.subscription()), name, filter, sql));
        return description == null ? null : new Declaration.Rule(description, rule.path(), rule.at());
    }

    private static @Nullable String action(Section action) {
        String sql = action.text("SqlExpression");
        action.end();
        if (sql == null || sql.isBlank()) {
            return null;
        }
        action.problems()
                .attempt(action.pathOf("SqlExpression"), action.at("SqlExpression"), () -> SqlAction.parse(sql));
        return sql;
    }

    private static @Nullable RuleFilter filter(Section properties) {
        // All three are known here, so that none is called unknown because of another mistake.
        Section correlation = properties.section("CorrelationFilter");
        Section sql = properties.section("SqlFilter");
        Section selector = properties.section("SelectorFilter");
        int before = properties.problems().count();
        String type = properties.requiredText("FilterType");
        if (properties.problems().count() > before) {
            return null;
        }
        Section filter = switch (type) {
            case CORRELATION -> correlation;
            case SQL -> sql;
            case SELECTOR -> selector;
            default -> null;
        };
        if (filter == null) {
            boolean known = type.equals(CORRELATION) || type.equals(SQL) || type.equals(SELECTOR);
            properties
                    .problems()
                    .add(
                            known ? properties.path() : properties.pathOf("FilterType"),
                            properties.at(),
                            known
                                    ? "the field " + type + "Filter is missing, or is no object"
                                    : "the filter's type is Correlation, Sql or Selector, not " + Problems.shown(type));
            return null;
        }
        return switch (type) {
            case CORRELATION -> correlation(filter);
            case SQL -> sql(filter);
            default -> selector(filter);
        };
    }

    /** What can be read; unless something in it is wrong already, of which this would be a consequence. */
    private static @Nullable RuleFilter checked(Section filter, int before, Supplier<RuleFilter> making) {
        filter.end();
        return filter.problems().count() > before
                ? null
                : filter.problems().attempt(filter.path(), filter.at(), () -> {
                    RuleFilter made = making.get();
                    CompiledRule.check(made, null);
                    return made;
                });
    }

    private static @Nullable RuleFilter correlation(Section filter) {
        int before = filter.problems().count();
        CorrelationFilter.Builder asked = CorrelationFilter.builder()
                .contentType(filter.text("ContentType"))
                .correlationId(filter.text("CorrelationId"))
                .label(filter.text("Label"))
                .messageId(filter.text("MessageId"))
                .replyTo(filter.text("ReplyTo"))
                .replyToSessionId(filter.text("ReplyToSessionId"))
                .sessionId(filter.text("SessionId"))
                .to(filter.text("To"));
        PropertyValues.read(filter.section("Properties")).forEach(asked::property);
        return checked(filter, before, asked::build);
    }

    private static @Nullable RuleFilter sql(Section filter) {
        int before = filter.problems().count();
        String expression = filter.requiredText("SqlExpression");
        Map<String, Object> parameters = PropertyValues.read(filter.section("Parameters"));
        if (parameters.isEmpty() && expression.equals(TRUE_EXPRESSION)) {
            return checked(filter, before, TrueFilter::new);
        }
        if (parameters.isEmpty() && expression.equals(FALSE_EXPRESSION)) {
            return checked(filter, before, FalseFilter::new);
        }
        return checked(filter, before, () -> new SqlFilter(expression, parameters));
    }

    private static @Nullable RuleFilter selector(Section filter) {
        int before = filter.problems().count();
        String selector = filter.text("Selector");
        String connection = filter.text("NoLocalConnection");
        String clientId = filter.text("NoLocalClientId");
        return checked(
                filter, before, () -> new SelectorFilter(new SubscriptionFilter(selector, connection, clientId)));
    }
}
