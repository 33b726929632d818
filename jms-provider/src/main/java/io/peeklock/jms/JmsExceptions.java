/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Translates errors of the bus into those of Jakarta Messaging, and those into their runtime twins.
 *
 * <p>Has no state; any thread. {@link JMSException#getErrorCode()} is the name of the bus's error code.
 */
final class JmsExceptions {

    private JmsExceptions() {}

    /** The exception for an error of the bus. */
    static JMSException of(BrokerException failure) {
        String reason = String.valueOf(failure.getMessage());
        String code = failure.code().name();
        return switch (failure.code()) {
            case InvalidOperation, Closed -> withCause(new IllegalStateException(reason, code), failure);
            case QuotaExceeded -> withCause(new ResourceAllocationException(reason, code), failure);
            case EntityNotFound -> withCause(new InvalidDestinationException(reason, code), failure);
            case InvalidSelector -> withCause(new InvalidSelectorException(reason, code), failure);
            case Unauthorized -> withCause(new JMSSecurityException(reason, code), failure);
            case MessageLockLost,
                    SessionLockLost,
                    SessionCannotBeLocked,
                    MessageNotFound,
                    MessageSizeExceeded,
                    EntityAlreadyExists,
                    EntityDisabled,
                    OutcomeUnknown,
                    StoreLocked,
                    PartitionUnavailable,
                    Timeout -> withCause(new JMSException(reason, code), failure);
        };
    }

    /** What a call into the bus gives, or the exception for what it threw: a wrong name, key or selector. */
    static <T extends @Nullable Object> T translating(Supplier<T> call) throws JMSException {
        try {
            return call.get();
        } catch (BrokerException e) {
            throw of(e);
        }
    }

    /** The exception for a destination that cannot be. */
    static JMSException invalidDestination(BrokerException why) {
        return withCause(
                new InvalidDestinationException(
                        String.valueOf(why.getMessage()), why.code().name()),
                why);
    }

    /** The exception for whatever a future of the bus failed with. */
    static JMSException of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BrokerException known) {
            return of(known);
        }
        if (cause instanceof JMSException known) {
            return known;
        }
        return withCause(new JMSException("unexpected failure: " + cause), cause);
    }

    /** Whether a future of the bus failed with this code. */
    static boolean isA(ErrorCode code, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof BrokerException known && known.code() == code;
    }

    /** The exception for a store that cannot be opened. */
    static JMSException of(JournalException failure) {
        String reason = String.valueOf(failure.getMessage());
        return switch (failure.reason()) {
            case STORE_LOCKED -> withCause(new JMSException(reason, ErrorCode.StoreLocked.name()), failure);
            case DISK_FULL ->
                withCause(new ResourceAllocationException(reason, ErrorCode.QuotaExceeded.name()), failure);
            case ACCESS_DENIED -> withCause(new JMSSecurityException(reason, ErrorCode.Unauthorized.name()), failure);
            case CLOSED -> withCause(new IllegalStateException(reason, ErrorCode.Closed.name()), failure);
            case IO, CORRUPT, NEWER_FORMAT, REFUSED ->
                withCause(new JMSException(reason, camel(failure.reason())), failure);
        };
    }

    /** A commit that ended in a rollback. */
    static JMSException rolledBack(JMSException why) {
        return withCause(
                new TransactionRolledBackException(
                        "the transaction was rolled back: " + why.getMessage(), why.getErrorCode()),
                why);
    }

    /** Somebody is not let in. */
    static JMSException unauthorized(String reason, @Nullable Throwable cause) {
        JMSSecurityException refusal = new JMSSecurityException(reason, ErrorCode.Unauthorized.name());
        return cause == null ? refusal : withCause(refusal, cause);
    }

    /** Something was called that cannot be done, or not as things are. */
    static IllegalStateException invalidOperation(String reason) {
        return new IllegalStateException(reason, ErrorCode.InvalidOperation.name());
    }

    /** Something was called on what is closed. */
    static JMSException closed(String what) {
        return new IllegalStateException("the " + what + " is closed", ErrorCode.Closed.name());
    }

    /**
     * A wait was interrupted; restores the flag.
     *
     * @param then what has become of it, and what to do
     */
    static JMSException interrupted(String doing, String then, InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return withCause(new JMSException("interrupted while " + doing + "; " + then, "Interrupted"), interruption);
    }

    /** A wait before a call did anything was interrupted; restores the flag. */
    static JMSException notBegun(String doing, InterruptedException interruption) {
        return interrupted(doing, "nothing has happened, and the call may be repeated", interruption);
    }

    /** The wait for what is looked up before anything is sent or opened was interrupted; restores the flag. */
    static JMSException notFoundOut(String doing, InterruptedException interruption) {
        return interrupted(doing, "nothing was sent or opened, and the call may be repeated", interruption);
    }

    /** A close that waits for what is at work was interrupted; restores the flag. */
    static JMSException closedEarly(String what, InterruptedException interruption) {
        return interrupted(
                "closing " + what,
                "it is closed, but a listener or a call that was at work may still be running",
                interruption);
    }

    /** The wait for another thread that closes the same was interrupted; restores the flag. */
    static JMSException closedByOther(String what, InterruptedException interruption) {
        return interrupted(
                "another thread closes the " + what, "that goes on; close it again to wait for it", interruption);
    }

    /** A wait for an answer of the bus was interrupted; restores the flag. What was asked for may be done all the same. */
    static JMSException unanswered(String doing, InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return withCause(
                new JMSException(
                        "interrupted while " + doing + "; it may be done all the same",
                        ErrorCode.OutcomeUnknown.name()),
                interruption);
    }

    /** A wait took longer than the operation time-out. */
    static JMSException timeout(String doing) {
        return new JMSException(
                "no answer within the operation time-out while " + doing + "; it may be done all the same",
                ErrorCode.Timeout.name());
    }

    /** The unchecked twin, as JMSContext, JMSProducer and JMSConsumer throw it. */
    static JMSRuntimeException unchecked(JMSException checked) {
        String reason = checked.getMessage();
        String code = checked.getErrorCode();
        if (checked instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(reason, code, checked);
        } else if (checked instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(reason, code, checked);
        } else if (checked instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(reason, code, checked);
        } else if (checked instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(reason, code, checked);
        } else if (checked instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(reason, code, checked);
        } else if (checked instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(reason, code, checked);
        } else if (checked instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(reason, code, checked);
        } else if (checked instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(reason, code, checked);
        } else if (checked instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(reason, code, checked);
        } else if (checked instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(reason, code, checked);
        }
        return new JMSRuntimeException(reason, code, checked);
    }

    /** JMSException takes only an Exception as its linked one; the cause may be anything. */
    private static <X extends JMSException> X withCause(X exception, Throwable cause) {
        exception.initCause(cause);
        if (cause instanceof Exception linked) {
            exception.setLinkedException(linked);
        }
        return exception;
    }

    private static String camel(JournalException.Reason reason) {
        StringBuilder name = new StringBuilder();
        for (String part : reason.name().split("_", -1)) {
            name.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
