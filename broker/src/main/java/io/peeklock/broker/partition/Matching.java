/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.rule.MessageView;
import io.peeklock.broker.rule.RuleEvaluationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds which rules of a topic's subscriptions match a message, and makes the copies that they ask for (rules R2, D3).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Matching {
    private final BodyStore bodies;
    private final LongSupplier random;

    Matching(BodyStore bodies, LongSupplier random) {
        this.bodies = bodies;
        this.random = random;
    }

    /**
     * Whom a message goes to.
     *
     * @param copies those of one subscription stand together
     * @param undecided why nobody can say for certain, or null
     */
    record Found(List<Copy> copies, @Nullable BrokerException undecided) {}

    /** One message among the rules of one topic. Owned by the partition's driver; not thread safe. */
    private final class Search {
        private final Round round;
        private final Fragment topic;
        private final Message message;
        private final boolean refusable;
        private final MessageView view;
        private final List<Copy> copies = new ArrayList<>();
        /** Bytes of what actions made. */
        private long madeBytes;

        private @Nullable BrokerException undecided;

        Search(Round round, Fragment topic, Message message, boolean refusable) {
            this.round = round;
            this.topic = topic;
            this.message = message;
            this.refusable = refusable;
            this.view = new MessageView(message, random);
        }

        Found run(TopicRules rules) {
            Map<Long, List<CompiledRule>> found = new TreeMap<>();
            try {
                long before = rules.index().comparisons();
                for (CompiledRule rule : rules.index().find(view)) {
                    found.computeIfAbsent(rule.subscriptionId(), id -> new ArrayList<>())
                            .add(rule);
                }
                round.changes += rules.index().comparisons() - before;
            } catch (MalformedContentException e) {
                undecided = new BrokerException(
                        ErrorCode.InvalidOperation, "this cannot be sent to " + topic + ": " + e.getMessage(), e);
            }
            for (Fragment subscription : rules.scanned()) {
                List<CompiledRule> others = found.isEmpty() ? null : found.remove(subscription.entityId());
                offer(subscription, others == null ? List.of() : others);
            }
            found.forEach((id, matching) -> {
                Fragment subscription = rules.subscription(id);
                if (subscription != null) {
                    offer(subscription, matching);
                }
            });
            return new Found(copies, undecided);
        }

        /** @param indexed rules of it that are known to match */
        private void offer(Fragment subscription, List<CompiledRule> indexed) {
            int first = copies.size();
            try {
                List<CompiledRule> acting = new ArrayList<>(indexed);
                boolean plain = false;
                String error = null;
                for (CompiledRule rule : subscription.rules.scanned()) {
                    round.changes += rule.cost();
                    try {
                        if (rule.takes(view)) {
                            acting.add(rule);
                        }
                    } catch (RuleEvaluationException e) {
                        error = error == null ? said(rule, e) : error;
                    }
                }
                for (CompiledRule rule : acting) {
                    if (!rule.hasAction()) {
                        plain = true;
                    } else {
                        String failure = act(subscription, rule);
                        error = error == null ? failure : error;
                    }
                }
                if (error != null && subscription.settings().options().deadLetterOnFilterError()) {
                    takeBack(first);
                    copies.add(Copy.undecided(subscription, message, error));
                } else if (plain) {
                    copies.add(first, Copy.of(subscription, message));
                }
            } catch (BrokerException e) {
                // Nobody can say whether it wants the message, and leaving it out could lose one. A send is refused for
                // it; one whose time has come cannot be.
                takeBack(first);
                copies.add(Copy.of(subscription, message));
                undecided = new BrokerException(
                        e.code(),
                        "this cannot be sent to " + topic + ": the filter of " + subscription + " " + e.getMessage(),
                        e);
            }
        }

        /** Makes the copy of a rule with an action. Returns why it cannot be made, or null. */
        private @Nullable String act(Fragment subscription, CompiledRule rule) {
            if (refusable && !bodies.hasHeapFor(madeBytes + message.sizeBytes())) {
                // Refused with the whole message before the copies themselves fill the memory.
                undecided = new BrokerException(
                        ErrorCode.QuotaExceeded,
                        "the copies that rules with actions make of this message do not fit the memory: receive"
                                + " messages, or give the process a larger heap (-Xmx)");
                return null;
            }
            try {
                Message copy = rule.copy(message, random);
                round.changes++;
                int limit = topic.settings().maxMessageBytes();
                if (copy.sizeBytes() > limit) {
                    return said(
                            rule,
                            "its action makes a message of " + copy.sizeBytes() + " bytes, and " + topic + " takes "
                                    + limit);
                }
                madeBytes += copy.sizeBytes();
                copies.add(Copy.changed(subscription, copy));
                return null;
            } catch (RuleEvaluationException e) {
                if (e.isHeaderTooLarge()) {
                    // The rule can be evaluated and matches: what it asks for must not vanish.
                    copies.add(Copy.unchangeable(subscription, message, said(rule, e)));
                    return null;
                }
                return said(rule, e);
            }
        }

        private void takeBack(int first) {
            List<Copy> made = copies.subList(first, copies.size());
            for (Copy copy : made) {
                madeBytes -= copy.changed() ? copy.message().sizeBytes() : 0;
            }
            made.clear();
        }

        private String said(CompiledRule rule, RuleEvaluationException e) {
            return said(rule, String.valueOf(e.getMessage()));
        }

        private String said(CompiledRule rule, String why) {
            return "rule '" + rule + "' cannot be evaluated for this message: " + why;
        }
    }

    /**
     * Who of a topic's subscriptions takes a message. Looking at rules counts as work.
     *
     * @param rules null if there are no subscriptions
     * @param refusable whether the message can still be refused: else everything is made that rules ask for
     */
    Found find(Round round, Fragment topic, Message message, @Nullable TopicRules rules, boolean refusable) {
        return rules == null ? new Found(List.of(), null) : new Search(round, topic, message, refusable).run(rules);
    }
}
