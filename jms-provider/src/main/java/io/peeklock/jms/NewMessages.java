/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.MessageSettings;
import io.peeklock.jms.message.PeeklockBytesMessage;
import io.peeklock.jms.message.PeeklockMapMessage;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.jms.message.PeeklockObjectMessage;
import io.peeklock.jms.message.PeeklockStreamMessage;
import io.peeklock.jms.message.PeeklockTextMessage;
import jakarta.jms.JMSException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Makes the messages that the application fills and sends, of every type.
 *
 * <p>For the session's one thread.
 */
final class NewMessages {

    private final SessionCore session;
    private final MessageSettings settings;

    NewMessages(SessionCore session) {
        this.session = session;
        this.settings = session.connection().settings().messages();
    }

    /** A session that is closed makes none. */
    private MessageSettings openSettings() throws JMSException {
        session.requireOpen();
        return settings;
    }

    PeeklockMessage withoutBody() throws JMSException {
        return new PeeklockMessage(openSettings());
    }

    PeeklockBytesMessage bytes() throws JMSException {
        return new PeeklockBytesMessage(openSettings());
    }

    PeeklockMapMessage map() throws JMSException {
        return new PeeklockMapMessage(openSettings());
    }

    PeeklockStreamMessage stream() throws JMSException {
        return new PeeklockStreamMessage(openSettings());
    }

    PeeklockObjectMessage object() throws JMSException {
        return new PeeklockObjectMessage(openSettings());
    }

    PeeklockObjectMessage object(@Nullable Serializable object) throws JMSException {
        PeeklockObjectMessage message = object();
        message.setObject(object);
        return message;
    }

    PeeklockTextMessage text() throws JMSException {
        return new PeeklockTextMessage(openSettings());
    }

    PeeklockTextMessage text(@Nullable String text) throws JMSException {
        PeeklockTextMessage message = text();
        message.setText(text);
        return message;
    }
}
