/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Which error of the bus becomes which exception: last table of the rules. */
class JmsExceptionsTest {

    static final List<JMSException> WITH_TWINS = List.of(
            new IllegalStateException("r", "c"),
            new InvalidClientIDException("r", "c"),
            new InvalidDestinationException("r", "c"),
            new InvalidSelectorException("r", "c"),
            new JMSSecurityException("r", "c"),
            new MessageFormatException("r", "c"),
            new MessageNotWriteableException("r", "c"),
            new ResourceAllocationException("r", "c"),
            new TransactionInProgressException("r", "c"),
            new TransactionRolledBackException("r", "c"));

    private static Class<? extends JMSException> typeOf(ErrorCode code) {
        return switch (code) {
            case InvalidOperation, Closed -> IllegalStateException.class;
            case QuotaExceeded -> ResourceAllocationException.class;
            case EntityNotFound -> InvalidDestinationException.class;
            case InvalidSelector -> InvalidSelectorException.class;
            case Unauthorized -> JMSSecurityException.class;
            default -> JMSException.class;
        };
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void eachCodeHasItsTypeKeepsItsNameAndItsCause(ErrorCode code) {
        BrokerException failure = new BrokerException(code, "what is wrong");
        JMSException exception = JmsExceptions.of(failure);
        assertThat(exception)
                .isExactlyInstanceOf(typeOf(code))
                .hasMessage("what is wrong")
                .hasCause(failure);
        assertThat(exception.getErrorCode()).isEqualTo(code.name());
        assertThat(exception.getLinkedException()).isSameAs(failure);
    }

    @ParameterizedTest
    @FieldSource("WITH_TWINS")
    void eachTypeHasItsUncheckedTwin(JMSException checked) {
        JMSRuntimeException unchecked = JmsExceptions.unchecked(checked);
        String twin = checked.getClass().getSimpleName().replace("Exception", "RuntimeException");
        assertThat(unchecked.getClass().getSimpleName()).isEqualTo(twin);
        assertThat(unchecked).hasMessage("r").hasCause(checked);
        assertThat(unchecked.getErrorCode()).isEqualTo("c");
    }

    @Test
    void aPlainOneBecomesAPlainOne() {
        assertThat(JmsExceptions.unchecked(new JMSException("r"))).isExactlyInstanceOf(JMSRuntimeException.class);
        assertThat(JmsExceptions.unchecked(JmsExceptions.closed("x")))
                .isExactlyInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    void whatAFutureWrappedIsUnwrapped() {
        BrokerException failure = new BrokerException(ErrorCode.QuotaExceeded, "full");
        assertThat(JmsExceptions.of(new CompletionException(failure))).isInstanceOf(ResourceAllocationException.class);
    }

    @ParameterizedTest
    @EnumSource(JournalException.Reason.class)
    void aStoreThatCannotBeOpenedSaysWhy(JournalException.Reason reason) {
        JMSException exception = JmsExceptions.of(new JournalException(reason, "why"));
        assertThat(exception).hasMessage("why");
        assertThat(exception.getErrorCode()).isNotEmpty();
    }

    @Test
    void aLockedStoreIsStoreLocked() {
        JMSException exception =
                JmsExceptions.of(new JournalException(JournalException.Reason.STORE_LOCKED, "held by process 1"));
        assertThat(exception.getErrorCode()).isEqualTo("StoreLocked");
    }

    @Test
    void anAnswerThatNobodyWaitedForLeavesTheOutcomeUnknown() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Waits.answer(new CompletableFuture<>(), Duration.ofMinutes(1), "sending"))
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("OutcomeUnknown"));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptionRestoresTheFlag() {
        JMSException exception = JmsExceptions.notBegun("waiting", new InterruptedException());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(exception).hasCauseInstanceOf(InterruptedException.class);
    }
}
