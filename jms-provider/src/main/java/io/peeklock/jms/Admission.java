/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.users.UserFile;
import jakarta.jms.JMSException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whom a factory lets in, and as whom: the users of its file with everything, bearers of keys with the claims of their policies
 * (rule Q6), and where there is no file whoever names nobody.
 *
 * <p>Immutable, thread safe. Nothing it says tells a wrong name from a wrong password.
 */
final class Admission {
    private final @Nullable UserFile users;

    Admission(@Nullable UserFile users) {
        this.users = users;
    }

    /**
     * Asks the file of users, before the broker is opened: who is refused here must not even open it. A name of the file is
     * its own affair, every other may be that of a policy.
     *
     * @param policiesMayBe whether the broker may have policies, as far as can be said without opening it
     * @return whether the file has let this user in; if not, {@link #view} decides
     */
    boolean admits(@Nullable String user, @Nullable String password, boolean policiesMayBe) throws JMSException {
        if (users == null) {
            return false;
        }
        if (user == null) {
            throw JmsExceptions.unauthorized(
                    "this broker has users: connect with a user and a password, or set the options user and password",
                    null);
        }
        try {
            if (policiesMayBe && !users.lists(user)) {
                return false;
            }
            if (users.admits(user, password)) {
                return true;
            }
        } catch (IOException e) {
            throw JmsExceptions.unauthorized("nobody can connect, the users cannot be read: " + e.getMessage(), e);
        }
        throw refused();
    }

    /** What the broker is to a user whom the file has not let in; itself, if nobody is asked. */
    Namespace view(Namespace namespace, @Nullable String user, @Nullable String password) throws JMSException {
        boolean asked = users != null || namespace.hasPolicies();
        if (user == null || !asked) {
            return namespace;
        }
        try {
            return namespace.authorize(user, password == null ? "" : password);
        } catch (BrokerException e) {
            if (e.code() != ErrorCode.Unauthorized) {
                throw JmsExceptions.of(e);
            }
            // It takes as long as a wrong password of a name in the file.
            admits(user, password, false);
            throw refused();
        }
    }

    private static JMSException refused() {
        return JmsExceptions.unauthorized(
                "no user of that name and password, and no policy of that name and key", null);
    }
}
