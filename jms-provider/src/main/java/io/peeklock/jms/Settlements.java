/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles deliveries of one session and says what could not be settled.
 *
 * <p>Thread safe. Failures nobody waits for go to the connection's exception listener.
 */
final class Settlements {

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    private final Namespace namespace;
    private final Consumer<JMSException> onFailure;
    private final LockLosses losses;

    Settlements(Namespace namespace, Consumer<JMSException> onFailure, LockLosses losses) {
        this.namespace = namespace;
        this.onFailure = onFailure;
        this.losses = losses;
    }

    /** Completes one without waiting; the future never fails, a failure goes to the listeners. */
    CompletableFuture<Void> completeLater(Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        return namespace.settle(token, Settlement.COMPLETE).handle((nothing, failure) -> {
            if (failure != null) {
                tellIfKnownHereOnly(token, failure, LockLostEvent.notCompleted(delivery));
                onFailure.accept(JmsExceptions.of(failure));
            }
            return null;
        });
    }

    /** Unlocks one without waiting; the future never fails, a failure goes to the exception listener. */
    CompletableFuture<Void> abandonLater(LockToken token) {
        return settleLater(token, Settlement.ABANDON);
    }

    /** Settles one without waiting; the future never fails, a failure goes to the exception listener. */
    CompletableFuture<Void> settleLater(LockToken token, Settlement settlement) {
        return namespace.settle(token, settlement).handle((nothing, failure) -> {
            if (failure != null) {
                onFailure.accept(JmsExceptions.of(failure));
            }
            return null;
        });
    }

    /** As {@link #settleLater}; if it is refused as such, the message goes back uncounted, and does not stay locked. */
    CompletableFuture<Void> settleOrRelease(Delivery delivery, Settlement settlement) {
        return namespace.settle(delivery.requireLockToken(), settlement).handle((nothing, failure) -> {
            if (failure != null) {
                JMSException refusal = JmsExceptions.of(failure);
                if (isRefusal(refusal)) {
                    release(delivery);
                }
                onFailure.accept(refusal);
            }
            return null;
        });
    }

    /**
     * Completes several without waiting; the future never fails, failures go to the listeners, to the exception listener as one.
     *
     * @param deliveries what is told if a lock is not completed, by token
     */
    CompletableFuture<Void> completeLater(List<LockToken> tokens, Map<LockToken, LockLostEvent> deliveries) {
        return namespace.settleAll(tokens, Settlement.COMPLETE).handle((outcomes, failure) -> {
            if (failure != null) {
                onFailure.accept(JmsExceptions.of(failure));
            } else {
                List<SettlementOutcome> failed = failed(outcomes);
                for (SettlementOutcome outcome : failed) {
                    LockLostEvent event = deliveries.get(outcome.token());
                    if (outcome.failure() != null && event != null) {
                        tellIfKnownHereOnly(outcome.token(), outcome.failure(), event);
                    }
                }
                if (!failed.isEmpty()) {
                    onFailure.accept(notSettled(failed, outcomes.size()));
                }
            }
            tokens.forEach(deliveries::remove);
            return null;
        });
    }

    /** That a lock is lost the bus says itself, when it is. */
    private void tellIfKnownHereOnly(LockToken token, Throwable failure, LockLostEvent event) {
        if (!(failure instanceof BrokerException cause && isLockLost(cause))) {
            losses.notCompleted(token, event);
        }
    }

    /** Settles one and waits until that is durable. */
    void settle(LockToken token, Settlement settlement) throws JMSException {
        Waits.answer(namespace.settle(token, settlement), namespace.config().operationTimeout(), "settling a message");
    }

    /** As {@link #settle}, to the end: an interruption cannot take it back, so it does not end the wait. */
    void settleForSure(LockToken token, Settlement settlement) throws JMSException {
        try {
            Waits.withoutInterruption(namespace.settle(token, settlement));
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * Settles several and waits; throws once, for all that could not be settled.
     *
     * @param stillHeld takes back those whose settlement was refused as such: their locks are as they were
     */
    void settleAll(List<LockToken> tokens, Settlement settlement, HeldLocks stillHeld) throws JMSException {
        if (tokens.isEmpty()) {
            return;
        }
        List<SettlementOutcome> outcomes = settleAll(tokens, settlement, "acknowledging");
        List<SettlementOutcome> failed = failed(outcomes);
        if (!failed.isEmpty()) {
            for (SettlementOutcome outcome : failed) {
                BrokerException failure = outcome.failure();
                if (failure != null && isRefusal(failure.code())) {
                    stillHeld.add(outcome.token());
                }
            }
            throw notSettled(failed, outcomes.size());
        }
    }

    /** What a close gives back: counted, but of sessions under profile azure (rule G4, table of the profiles). */
    void giveBackAll(List<LockToken> tokens) throws JMSException {
        if (namespace.config().profile() != Profile.AZURE) {
            abandonAll(tokens);
            return;
        }
        List<LockToken> ofSessions =
                tokens.stream().filter(token -> token.sessionLock() != null).toList();
        makeAvailable(ofSessions, Settlement.RELEASE);
        makeAvailable(
                tokens.stream().filter(token -> token.sessionLock() == null).toList(), Settlement.ABANDON);
    }

    /** Makes several available again, in order, and waits. A lock that is lost is available already (rule L6). */
    void abandonAll(List<LockToken> tokens) throws JMSException {
        makeAvailable(tokens, Settlement.ABANDON);
    }

    private void makeAvailable(List<LockToken> tokens, Settlement settlement) throws JMSException {
        if (tokens.isEmpty()) {
            return;
        }
        List<SettlementOutcome> failed = failed(settleAll(tokens, settlement, "unlocking messages")).stream()
                .filter(outcome -> outcome.failure() != null
                        && !isLockLost(outcome.failure())
                        && outcome.failure().code() != ErrorCode.PartitionUnavailable)
                .toList();
        if (!failed.isEmpty()) {
            throw notSettled(failed, tokens.size());
        }
    }

    /** As {@link #abandonAll} without waiting: for a close that must not be held up. */
    void abandonLater(List<LockToken> tokens) {
        if (!tokens.isEmpty()) {
            namespace.settleAll(tokens, Settlement.ABANDON);
        }
    }

    /** Gives back what the application has not seen, uncounted (rule L10). */
    void release(Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        namespace.settle(token, Settlement.RELEASE).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.debug("message {} of {} not released", token.sequenceNumber(), delivery.entity(), failure);
            }
        });
    }

    private List<SettlementOutcome> settleAll(List<LockToken> tokens, Settlement settlement, String doing)
            throws JMSException {
        return Waits.answer(
                namespace.settleAll(tokens, settlement), namespace.config().operationTimeout(), doing);
    }

    private static List<SettlementOutcome> failed(List<SettlementOutcome> outcomes) {
        List<SettlementOutcome> failed = List.of();
        for (SettlementOutcome outcome : outcomes) {
            if (outcome.failure() != null) {
                failed = failed.isEmpty() ? new ArrayList<>() : failed;
                failed.add(outcome);
            }
        }
        return failed;
    }

    /** Whether a settlement was refused for what it is, so that the message is locked as before. */
    private static boolean isRefusal(ErrorCode code) {
        return switch (code) {
            case InvalidOperation, MessageSizeExceeded, QuotaExceeded -> true;
            default -> false;
        };
    }

    /** The same of what an application gets to see. */
    static boolean isRefusal(JMSException failure) {
        return Arrays.stream(ErrorCode.values())
                .anyMatch(code -> isRefusal(code) && code.name().equals(failure.getErrorCode()));
    }

    /** Whether the lock is lost, the message's or that of its session. */
    static boolean isLockLost(JMSException failure) {
        String code = failure.getErrorCode();
        return ErrorCode.MessageLockLost.name().equals(code)
                || ErrorCode.SessionLockLost.name().equals(code);
    }

    private static boolean isLockLost(BrokerException failure) {
        return failure.code() == ErrorCode.MessageLockLost || failure.code() == ErrorCode.SessionLockLost;
    }

    /** One exception for all: its code is that of a lost lock if any was lost, else that of the first failure. */
    private static JMSException notSettled(List<SettlementOutcome> failed, int of) {
        List<String> lines = new ArrayList<>();
        BrokerException cause = null;
        for (SettlementOutcome outcome : failed) {
            BrokerException failure = outcome.failure();
            if (failure == null) {
                continue;
            }
            lines.add("message " + outcome.token().sequenceNumber() + " in partition "
                    + outcome.token().partition() + " (" + failure.code() + ")");
            if (cause == null || (isLockLost(failure) && !isLockLost(cause))) {
                cause = failure;
            }
        }
        ErrorCode code = cause == null ? ErrorCode.OutcomeUnknown : cause.code();
        String reason = "not settled, " + failed.size() + " of " + of + ": " + String.join(", ", lines)
                + "; the others are settled, and those with a lost lock are delivered again, unless their"
                + " queue or subscription was deleted";
        return JmsExceptions.of(
                cause == null ? new BrokerException(code, reason) : new BrokerException(code, reason, cause));
    }
}
