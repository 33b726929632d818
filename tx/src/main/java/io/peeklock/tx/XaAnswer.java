/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.concurrent.CompletionException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction manager is answered: a code of X/Open, and why.
 *
 * <p>Immutable, thread safe.
 *
 * @param code {@link XAResource#XA_OK}, {@link XAResource#XA_RDONLY}, or one of {@link XAException}
 * @param why what was wrong and what to do; empty for none
 */
record XaAnswer(int code, String why, @Nullable Throwable cause) {

    static final XaAnswer OK = new XaAnswer(XAResource.XA_OK, "");
    static final XaAnswer READ_ONLY = new XaAnswer(XAResource.XA_RDONLY, "");

    XaAnswer(int code, String why) {
        this(code, why, null);
    }

    /** A call that the state does not allow. */
    static XaAnswer protocol(Object branch, String why) {
        return new XaAnswer(XAException.XAER_PROTO, "branch " + branch + " " + why);
    }

    /** A call whose flags are none of its own. */
    static XaAnswer invalid(String call, int flags) {
        return new XaAnswer(XAException.XAER_INVAL, call + " has no flags 0x" + Integer.toHexString(flags) + " here");
    }

    /** Of a branch that is not known here. */
    static XaAnswer unknown(Object branch) {
        return new XaAnswer(
                XAException.XAER_NOTA,
                "branch " + branch + " is not known here: it was never started, or it has ended, or its time was over");
    }

    /** Of work that was rolled back, or can only be. */
    static XaAnswer rolledBack(BrokerException why) {
        int code = why.code() == ErrorCode.Timeout ? XAException.XA_RBTIMEOUT : XAException.XA_RBROLLBACK;
        return new XaAnswer(code, why.code() + ": " + why.getMessage(), why);
    }

    /** Of what is to be asked again later, with what failed. */
    static XaAnswer later(@Nullable Throwable failure) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = why instanceof BrokerException e ? e.code() + ": " + e.getMessage() : String.valueOf(why);
        return new XaAnswer(XAException.XAER_RMFAIL, "not now, ask again: " + reason, why);
    }

    /** Of a namespace that is closed. */
    static XaAnswer closed() {
        return later(RollbackOnly.closed());
    }

    /** Of the end of a prepared branch. */
    static XaAnswer of(BranchOutcome outcome, Object branch) {
        return switch (outcome) {
            case DONE -> OK;
            case NOT_FOUND -> unknown(branch);
            case HEURISTICALLY_COMMITTED ->
                new XaAnswer(XAException.XA_HEURCOM, "an administrator has committed branch " + branch);
            case HEURISTICALLY_ROLLED_BACK ->
                new XaAnswer(XAException.XA_HEURRB, "an administrator has rolled back branch " + branch);
        };
    }

    /** Of a prepared branch that is to be forgotten. */
    static XaAnswer notByHand(Object branch) {
        return protocol(branch, "was not ended by an administrator: there is nothing to forget");
    }

    boolean isOk() {
        return this.equals(OK);
    }

    /** Whether the namespace is closed, so that asking again is no use. */
    boolean isClosed() {
        return cause instanceof BrokerException e && e.code() == ErrorCode.Closed;
    }

    XAException exception() {
        XAException exception = new XAException(name() + ": " + why);
        exception.errorCode = code;
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    private String name() {
        return switch (code) {
            case XAException.XAER_NOTA -> "XAER_NOTA";
            case XAException.XAER_PROTO -> "XAER_PROTO";
            case XAException.XAER_INVAL -> "XAER_INVAL";
            case XAException.XAER_DUPID -> "XAER_DUPID";
            case XAException.XAER_OUTSIDE -> "XAER_OUTSIDE";
            case XAException.XAER_RMERR -> "XAER_RMERR";
            case XAException.XAER_RMFAIL -> "XAER_RMFAIL";
            case XAException.XA_RBROLLBACK -> "XA_RBROLLBACK";
            case XAException.XA_RBTIMEOUT -> "XA_RBTIMEOUT";
            case XAException.XA_HEURCOM -> "XA_HEURCOM";
            case XAException.XA_HEURRB -> "XA_HEURRB";
            default -> "XA code " + code;
        };
    }
}
