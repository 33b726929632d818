/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Message;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a subscription, compiled: says which messages of the topic it takes, and makes its copy of them.
 *
 * <p>Immutable, thread safe: all partitions share it.
 */
public final class CompiledRule {
    /** The application property that says which rule with an action made a copy (rule R2). */
    public static final String RULE_NAME = "RuleName";

    private final long id;
    private final long subscriptionId;
    private final String name;
    private final @Nullable RuleCondition condition;
    private final @Nullable CorrelationKey correlation;
    private final @Nullable SqlAction action;
    private final @Nullable BrokerException unreadable;

    private CompiledRule(
            long id,
            long subscriptionId,
            String name,
            @Nullable RuleCondition condition,
            @Nullable CorrelationKey correlation,
            @Nullable SqlAction action,
            @Nullable BrokerException unreadable) {
        this.id = id;
        this.subscriptionId = subscriptionId;
        this.name = name;
        this.condition = condition;
        this.correlation = correlation;
        this.action = action;
        this.unreadable = unreadable;
    }

    /**
     * Compiles a rule. One that cannot be read, because a program stored it that knows more of them, says so whenever it is
     * asked.
     *
     * @param id identifies it among all rules; 0 for the default rule, of which each subscription has its own
     */
    public static CompiledRule of(
            long id, long subscriptionId, String name, RuleFilter filter, @Nullable String action) {
        try {
            return new CompiledRule(
                    id,
                    subscriptionId,
                    name,
                    condition(filter),
                    filter instanceof CorrelationFilter fields ? CorrelationKey.of(fields) : null,
                    action == null ? null : SqlAction.parse(action),
                    null);
        } catch (BrokerException e) {
            return new CompiledRule(id, subscriptionId, name, null, null, null, e);
        }
    }

    /** Null for what is found in an index. */
    private static @Nullable RuleCondition condition(RuleFilter filter) {
        if (filter instanceof SqlFilter sql) {
            return SqlCondition.parse(sql.expression(), sql.parameters());
        }
        if (filter instanceof SelectorFilter selector) {
            return SelectorCondition.of(selector.filter());
        }
        if (filter instanceof CorrelationFilter) {
            return null;
        }
        return filter instanceof FalseFilter ? RuleCondition.NOTHING : RuleCondition.ALL;
    }

    /**
     * Lets a rule pass that can be read.
     *
     * @throws BrokerException InvalidOperation, for a message selector InvalidSelector, saying what is wrong and where
     */
    public static void check(RuleFilter filter, @Nullable String action) {
        condition(filter);
        if (action != null) {
            SqlAction.parse(action);
        }
    }

    public long id() {
        return id;
    }

    public long subscriptionId() {
        return subscriptionId;
    }

    /** Whether a {@link CorrelationIndex} finds it; it is not to be asked then. */
    public boolean isIndexed() {
        return correlation != null;
    }

    public boolean hasAction() {
        return action != null;
    }

    /** What a look costs, see {@link io.peeklock.broker.MessageFilter#cost}. */
    public int cost() {
        return condition == null ? 0 : condition.cost();
    }

    CorrelationKey requireCorrelation() {
        if (correlation == null) {
            throw new IllegalStateException("rule " + name + " has no correlation filter");
        }
        return correlation;
    }

    /**
     * Whether it takes a message.
     *
     * @throws RuleEvaluationException if it cannot be evaluated for this one (rule D3)
     * @throws BrokerException if nobody can say: it cannot be read, or fails. The message begins in the middle of the
     *     sentence that says whose filter it is
     */
    public boolean takes(MessageView message) throws RuleEvaluationException {
        if (unreadable != null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "cannot be read by this program (" + unreadable.getMessage() + "): update or delete it",
                    unreadable);
        }
        try {
            return condition != null && condition.takes(message);
        } catch (MalformedContentException e) {
            throw damaged(e);
        }
    }

    /**
     * The copy of a rule with an action (rules R2, R6).
     *
     * @param random of which newid() is made
     */
    public Message copy(Message message, LongSupplier random) throws RuleEvaluationException {
        if (action == null) {
            throw new IllegalStateException("rule " + name + " has no action");
        }
        try {
            return action.apply(new MessageView(message, random), name);
        } catch (MalformedContentException e) {
            throw damaged(e);
        }
    }

    private static RuleEvaluationException damaged(MalformedContentException cause) {
        return new RuleEvaluationException("the message is damaged: " + cause.getMessage());
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
