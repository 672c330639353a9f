package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;

/** Whether an answer has a body, and how much of its declared length is still to come. */
final class AnswerBody {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private boolean allowed = true;
    private boolean complete;
    private long declaredLeft = -1;

    /**
     * Reads what the head says, and corrects it where that is safe.
     *
     * @param last whether nothing follows the head
     * @return false when the declared length can't be true
     */
    boolean begin(HttpMethod method, HttpResponse response, boolean last) {
        int status = response.status().code();
        HttpHeaders headers = response.headers();
        complete = last;
        allowed = !method.equals(HttpMethod.HEAD) && status != NO_CONTENT && status != NOT_MODIFIED;
        if (!allowed) {
            if (status == NO_CONTENT) {
                headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            }
            return true;
        }
        String declared = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (declared != null) {
            if (!declared.matches("[0-9]{1,18}")) {
                return false;
            }
            declaredLeft = Long.parseLong(declared);
            return !last || declaredLeft == 0;
        }
        if (last) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        }
        return true;
    }

    /** Whether body bytes may be passed on at all. */
    boolean isAllowed() {
        return allowed;
    }

    /** Whether a body follows whose length nobody knows. */
    boolean isOpenEnded() {
        return allowed && !complete && declaredLeft < 0;
    }

    /** Counts {@code bytes}; false if they are more than was declared. */
    boolean takes(int bytes) {
        if (declaredLeft < 0) {
            return true;
        }
        declaredLeft -= bytes;
        return declaredLeft >= 0;
    }

    /** Whether less came than was declared. */
    boolean isShort() {
        return allowed && declaredLeft > 0;
    }
}
